import { type Browser, chromium } from '@playwright/test';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { Lab, lava, packageVersion, podman, version } from './lab.ts';
import { type LavaRepository, makeLavaRepository } from './lavaRepository.ts';
import { logIn } from './webPages.ts';

/** As `POST /instances` with only a name has them. */
const steps = ['engine check', 'base', 'image', 'volume', 'database', 'admin', 'worker', 'health'];

let lab: Lab;
let browser: Browser;
beforeAll(async () => {
  lab = await Lab.start();
  browser = await chromium.launch({
    args: process.getuid?.() === 0 ? ['--no-sandbox'] : [],
    ...(process.env.CHROMIUM_PATH ? { executablePath: process.env.CHROMIUM_PATH } : {}),
  });
});
afterAll(async () => {
  await browser?.close();
  await lab?.removeAll();
  await lab?.stop();
});

test('with nothing but a name a lab comes up from nothing, though Labdeck is killed in every step', async () => {
  const taskId = await lab.begin('POST', '/instances', { name: 'home' });
  for (const step of steps) {
    const reached = await lab.until(
      () => lab.task(taskId),
      (task) =>
        task.endedAtMs !== null || task.steps.some(({ name, state }) => name === step && state !== 'waiting'),
    );
    if (reached.endedAtMs !== null) break;
    await lab.restart('SIGKILL');
  }
  await lab.succeeded(taskId);
  const home = await lab.inState('home', 'running');
  expect(home.parts.map(({ state }) => state)).toEqual(['ok', 'ok', 'ok', 'ok', 'ok']);
  expect(lab.leftovers()).toHaveLength(3);
});

test('it answers with the version of the package it was made from', async () => {
  const answered = await version(lab, 'home');
  expect(await packageVersion(lab, 'home')).toContain(answered);
  expect((await lab.instance('home')).version).toBe(answered);
});

test('the admin logs in over the web page with the password Labdeck made', async () => {
  const { body } = await lab.call('GET', '/instances/home/credentials');
  const page = await browser.newPage();
  await logIn(page, body);
  await expect.poll(() => page.locator('body').innerText()).toContain(body.username);
  await page.close();
});

test('an address logs a browser in once, and only once', async () => {
  const { body } = await lab.call('POST', '/instances/home/login');
  const first = await browser.newContext();
  const page = await first.newPage();
  await page.goto(body.url);
  await expect.poll(() => page.locator('body').innerText()).toContain('admin');
  const second = await browser.newContext();
  const again = await second.newPage();
  expect((await again.goto(body.url))?.status()).toBe(404);
  await first.close();
  await second.close();
});

test('no secret is where others could read it', async () => {
  const { body } = await lab.call('GET', '/instances/home/credentials');
  const inspected = podman(
    'inspect',
    ...podman('ps', '-aq', '--filter', `label=io.labdeck.lab=${lab.labId}`),
  ).join('\n');
  expect(inspected).toContain('io.labdeck.instance');
  expect(inspected).not.toContain(body.password);
  expect(lab.log).not.toContain(body.password);
  const tasks = (await lab.call('GET', '/tasks')).body as { taskId: string }[];
  for (const { taskId } of tasks) expect((await lab.task(taskId)).log).not.toContain(body.password);
});

test('the container has no right it does not need', async () => {
  const [text] = [
    podman('inspect', ...podman('ps', '-q', '--filter', `label=io.labdeck.lab=${lab.labId}`)).join('\n'),
  ];
  const [container] = JSON.parse(text) as {
    HostConfig: {
      Privileged: boolean;
      SecurityOpt: string[];
      PortBindings: Record<string, { HostIp: string }[]>;
    };
    EffectiveCaps: string[];
  }[];
  expect(container?.HostConfig.Privileged).toBe(false);
  expect(container?.HostConfig.SecurityOpt.join()).toContain('no-new-privileges');
  expect(container?.EffectiveCaps).not.toContain('CAP_SYS_ADMIN');
  expect(container?.EffectiveCaps).toHaveLength(7);
  expect(container?.HostConfig.PortBindings['80/tcp']?.[0]?.HostIp).toBe('127.0.0.1');
});

let repository: LavaRepository;

test('a second one comes from a local branch, and both are up at once, each with its own', async () => {
  repository = await makeLavaRepository(lab);
  const source = { kind: 'branch', repository: repository.path, at: { kind: 'branch', name: 'bench' } };
  await lab.install({ name: 'branch', source });
  const branch = await lab.inState('branch', 'running');
  expect(branch.resolved?.commit).toBe(repository.head());
  expect(branch.port).not.toBe((await lab.instance('home')).port);
  expect(await frontPage('branch')).toContain(repository.mark);
  expect(await frontPage('home')).not.toContain(repository.mark);
  const one = await browser.newContext();
  const [left, right] = [await one.newPage(), await one.newPage()];
  await logIn(left, (await lab.call('GET', '/instances/home/credentials')).body);
  await logIn(right, (await lab.call('GET', '/instances/branch/credentials')).body);
  await left.reload();
  await expect.poll(() => left.locator('body').innerText()).toContain('admin');
  await one.close();
  await lava(lab, 'home', 'devicetypes/', { method: 'POST', body: { name: 'only-home', aliases: [] } });
  const types = await lava<{ results: { name: string }[] }>(lab, 'branch', 'devicetypes/?limit=500');
  expect(types.body.results.map(({ name }) => name)).not.toContain('only-home');
});

test('an update fetches the branch and moves there, with its data', async () => {
  await lava(lab, 'branch', 'devicetypes/', { method: 'POST', body: { name: 'kept', aliases: [] } });
  repository.commit('Another mark');
  await lab.do('POST', '/instances/branch/upgrade', {});
  expect((await lab.instance('branch')).resolved?.commit).toBe(repository.head());
  expect(await frontPage('branch')).toContain(repository.mark);
  const types = await lava<{ results: { name: string }[] }>(lab, 'branch', 'devicetypes/?limit=500');
  expect(types.body.results.map(({ name }) => name)).toContain('kept');
  const again = await lab.do('POST', '/instances/branch/upgrade', {});
  expect(again.log).toContain('up to date');
});

test('a branch that is gone, or is no LAVA, is said so, and nothing is left', async () => {
  const before = lab.leftovers();
  for (const [at, code] of [
    [{ kind: 'branch', name: 'nowhere' }, 'BAD_REQUEST'],
    [{ kind: 'branch', name: 'no-lava' }, 'BAD_REQUEST'],
  ] as const) {
    const taskId = await lab.begin('POST', '/instances', {
      name: 'wrong',
      source: { kind: 'branch', repository: repository.path, at },
    });
    const task = await lab.ended(taskId);
    expect(task).toMatchObject({ state: 'failed', problem: { code } });
    expect(await lab.instance('wrong')).toMatchObject({ state: 'failed', problem: { code } });
    await lab.do('DELETE', '/instances/wrong');
  }
  expect(lab.leftovers()).toEqual(before);
});

async function frontPage(name: string): Promise<string> {
  const { url } = await lab.instance(name);
  return (await fetch(url)).text();
}
