import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Instance } from '../../main/contract/index.ts';
import { Lab, lava, podman, version } from './lab.ts';

const provisionSteps = ['volume', 'database', 'admin', 'worker', 'health'];

let lab: Lab;
beforeAll(async () => {
  lab = await Lab.start();
  await lab.install({ name: 'life' });
});
afterAll(async () => {
  await lab?.removeAll();
  await lab?.stop();
});

async function containerOf(name: string): Promise<string> {
  const { key } = await lab.instance(name);
  const [found] = podman(
    'ps',
    '--all',
    '--filter',
    `label=io.labdeck.instance=${key}`,
    '--format',
    '{{.Names}}',
  );
  return found ?? '';
}

test('it stops, keeps what it held, and starts again', async () => {
  await lava(lab, 'life', 'devicetypes/', { method: 'POST', body: { name: 'survivor', aliases: [] } });
  await lab.do('POST', '/instances/life/stop');
  expect(await lab.instance('life')).toMatchObject({ state: 'stopped', usage: null });
  await lab.do('POST', '/instances/life/start');
  await lab.inState('life', 'running');
  const { body } = await lava<{ results: { name: string }[] }>(lab, 'life', 'devicetypes/?limit=500');
  expect(body.results.map(({ name }) => name)).toContain('survivor');
});

test.each(['scheduler', 'worker'])('the %s, killed, comes back, is counted and told', async (part) => {
  await lab.inState('life', 'running');
  const before = restartsOf(await lab.instance('life'), part);
  await lab.call('POST', '/instances/life/exec', { argv: ['pkill', '-KILL', `lava-${part}`] });
  await lab.until(
    () => lab.instance('life'),
    (now) => restartsOf(now, part) > before,
  );
  await lab.inState('life', 'running');
  const { body } = await lab.call('GET', '/health');
  expect(JSON.stringify(body.notices)).toContain(`The ${part} of life crashed`);
});

function restartsOf({ parts }: Instance, name: string): number {
  return parts.find(({ part }) => part === name)?.restarts ?? 0;
}

test('a container that dies is started again', async () => {
  const container = await containerOf('life');
  podman('kill', container);
  const [before] = podman('inspect', '--format', '{{.State.StartedAt}}', container);
  await lab.until(
    async () => podman('inspect', '--format', '{{.State.Status}} {{.State.StartedAt}}', container)[0] ?? '',
    (now) => now.startsWith('running') && !now.endsWith(before ?? ''),
  );
  await lab.inState('life', 'running');
});

test('a container removed behind our back is missing, and comes back with its data', async () => {
  podman('rm', '--force', await containerOf('life'));
  expect(await lab.inState('life', 'missing')).toMatchObject({ url: expect.stringContaining('127.0.0.1') });
  await lab.do('POST', '/instances/life/start');
  const { body } = await lava<{ results: { name: string }[] }>(lab, 'life', 'devicetypes/?limit=500');
  expect(body.results.map(({ name }) => name)).toContain('survivor');
});

test('after a start of the machine it runs again', async () => {
  await lab.kill();
  podman('kill', await containerOfDead());
  await lab.restart('SIGKILL');
  await lab.inState('life', 'running');
});

async function containerOfDead(): Promise<string> {
  const filter = `label=io.labdeck.lab=${lab.labId}`;
  return podman('ps', '--filter', filter, '--format', '{{.Names}}')[0] ?? '';
}

test('a rename and a memory limit hold, and nothing else changes', async () => {
  const before = await lab.instance('life');
  await lab.call('PATCH', '/instances/life', { rename: 'renamed', memoryLimitBytes: 1024 ** 3 });
  const { taskId } = await lab.instance('renamed');
  if (taskId) await lab.succeeded(taskId);
  await lab.inState('renamed', 'running');
  const [limit] = podman('inspect', '--format', '{{.HostConfig.Memory}}', await containerOf('renamed'));
  expect(limit).toBe(String(1024 ** 3));
  expect((await lab.instance('renamed')).key).toBe(before.key);
  await lab.call('PATCH', '/instances/renamed', { rename: 'life', memoryLimitBytes: null });
  const renaming = (await lab.instance('life')).taskId;
  if (renaming) await lab.succeeded(renaming);
  await lab.inState('life', 'running');
});

test('logs of every part, a program and a password can be had', async () => {
  for (const part of ['database', 'server', 'publisher', 'scheduler', 'worker', 'container']) {
    const { status, body } = await lab.call('GET', `/instances/life/logs/${part}?lines=50`);
    expect([part, status, typeof body.text]).toEqual([part, 200, 'string']);
  }
  const run = await lab.call('POST', '/instances/life/exec', {
    argv: ['sh', '-c', 'cat; echo $0; exit 3', 'a b;c'],
    stdin: 'in',
  });
  expect(run.body).toMatchObject({ exitCode: 3, stdout: 'ina b;c\n' });
  const given = await lab.call('POST', '/instances/life/credentials', { password: 'correct horse' });
  expect(given.body.password).toBe('correct horse');
  expect((await lab.call('GET', '/instances/life/credentials')).body.password).toBe('correct horse');
});

test('a shell has a terminal: colours, sizes, Ctrl+C', async () => {
  const { body } = await lab.call('POST', '/instances/life/shells', {
    kind: 'container',
    columns: 77,
    rows: 22,
  });
  const type = (text: string) =>
    lab.call('POST', `/shells/${body.shellId}/write`, { data: Buffer.from(text).toString('base64') });
  const heard = lab.listen(`/events/shells/${body.shellId}`);
  await type('tty && stty size\n');
  await heard.until(/\/dev\/(pts\/\d+|console)[\s\S]*22 77/);
  await lab.call('POST', `/shells/${body.shellId}/resize`, { columns: 100, rows: 40 });
  await type('stty size; echo grüße\n');
  await heard.until(/40 100[\s\S]*grüße/);
  await type('sleep 1000\n');
  await type('\u0003');
  await type('echo still $((40+2))\n');
  await heard.until(/still 42/);
  await type('exit\n');
  await heard.until(/"exited"/);
  heard.close();
});

describe('while a second one is installed', () => {
  test.each(provisionSteps)('cancelling in step %s leaves nothing of it', async (step) => {
    const before = lab.leftovers();
    const taskId = await lab.begin('POST', '/instances', { name: 'short-lived' });
    const reached = await lab.until(
      () => lab.task(taskId),
      (task) =>
        task.endedAtMs !== null || task.steps.some(({ name, state }) => name === step && state !== 'waiting'),
    );
    await lab.call('POST', `/tasks/${taskId}/cancel`);
    const ended = await lab.ended(taskId);
    if (ended.state === 'succeeded') await lab.do('DELETE', '/instances/short-lived');
    else expect(ended.state).toBe('cancelled');
    expect(reached.taskId).toBe(taskId);
    expect((await lab.call('GET', '/instances/short-lived')).status).toBe(404);
    expect(lab.leftovers()).toEqual(before);
  });
});

test('a name or a port that is taken is refused, and a bad name', async () => {
  const { port } = await lab.instance('life');
  expect(await lab.call('POST', '/instances', { name: 'life' })).toMatchObject({
    status: 409,
    body: { code: 'NAME_TAKEN' },
  });
  expect(await lab.call('POST', '/instances', { name: 'other', port })).toMatchObject({
    status: 409,
    body: { code: 'CONFLICT', field: 'port' },
  });
  expect((await lab.call('POST', '/instances', { name: 'Not A Name' })).status).toBe(400);
});

test('a clone has the data of the other, or none, and both run', async () => {
  await lab.succeeded((await lab.call('POST', '/instances/life/clone', { as: 'twin' })).body.taskId);
  await lab.succeeded(
    (await lab.call('POST', '/instances/life/clone', { as: 'empty', withData: false })).body.taskId,
  );
  const names = async (instance: string) =>
    (await lava<{ results: { name: string }[] }>(lab, instance, 'devicetypes/?limit=500')).body.results.map(
      ({ name }) => name,
    );
  expect(await names('twin')).toContain('survivor');
  expect(await names('empty')).not.toContain('survivor');
  expect(await version(lab, 'twin')).toBe(await version(lab, 'life'));
  const token = (instance: string) => lava<{ results: unknown[] }>(lab, instance, 'workers/');
  expect((await token('empty')).status).toBe(200);
});

test('removing wants the name while there are data, and then leaves nothing', async () => {
  await lab.removeAllBut('life');
  await lab.call('POST', '/instances/life/exec', {
    argv: ['lava-server', 'manage', 'users', 'add', 'somebody', '--passwd', 'not-a-secret-here'],
  });
  await lab.until(
    () => lab.instance('life'),
    ({ holds }) => (holds?.users ?? 0) > 1,
  );
  const refused = await lab.call('DELETE', '/instances/life');
  expect(refused).toMatchObject({ status: 409, body: { code: 'CONFLICT', field: 'confirm' } });
  await lab.do('DELETE', '/instances/life?confirm=life');
  expect(lab.leftovers()).toEqual([]);
});
