import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { installSteps } from '../../main/instances/work/install.ts';
import { InstancesBench } from '../fakes/instances/instancesBench.ts';

let bench: InstancesBench;
beforeEach(() => {
  bench = new InstancesBench();
});
afterEach(() => bench.dispose());

async function portOfNobody(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, 'close');
  return port;
}

/** Takes the port away right before the first container is started. */
function stealAtStart(thief: Server, port: () => number) {
  return async (what: string, when: 'before' | 'after') => {
    if (what !== 'start' || when !== 'before' || thief.listening) return;
    thief.listen(port(), '127.0.0.1');
    // Somebody else was faster: that is as good.
    await Promise.race([once(thief, 'listening'), once(thief, 'error')]).catch(() => {});
  };
}

/** What makes a step fail: a verb of the engine and the words it fails with. */
const faults = {
  base: { verb: 'base', code: 'COMMAND_FAILED' },
  image: { verb: 'build', code: 'COMMAND_FAILED' },
  volume: { verb: 'volume', code: 'COMMAND_FAILED' },
  database: { verb: 'start', code: 'COMMAND_FAILED' },
  admin: { verb: 'exec', code: 'COMMAND_FAILED' },
} as const;

test('from nothing but a name a lab comes up that answers, with a password that is known', async () => {
  const lab = await bench.start();
  const { instance, taskId } = await lab.add('home');
  expect(instance).toMatchObject({ name: 'home', state: 'installing', taskId });
  const task = await lab.succeeded(taskId);
  expect(task.steps.map(({ name, state }) => `${name} ${state}`)).toEqual(
    installSteps.map((name) => `${name} done`),
  );
  await lab.inState('home', 'running');
  const { url, username, password } = await lab.domain.access.credentials('home');
  const answer = await fetch(new URL('api/v0.2/system/version/', url));
  expect(await answer.json()).toEqual({ version: '2026.09' });
  expect(bench.data('home').users).toEqual([{ name: username, password }]);
  expect(bench.record('home')).toMatchObject({ phase: 'installed', problem: null });
  expect(lab.domain.instances.get('home').taskId).toBeNull();
});

describe('a step that fails', () => {
  test.each(Object.entries(faults))(
    '%s: it says which and why, leaves nothing in the engine, and the next try succeeds',
    async (step, { verb, code }) => {
      const lab = await bench.start();
      bench.model.faults.add({ verb, does: { say: 'the moon is in the way' }, times: 1 });
      const task = await lab.failed((await lab.add('home')).taskId);
      expect(task.steps.find(({ state }) => state === 'failed')?.name).toBe(step);
      expect(task.problem).toMatchObject({ code });
      expect(task.log).toContain(task.problem?.message);
      const { key } = bench.record('home');
      expect(bench.left()).toEqual(['record home failed', `secret ${key}`]);
      expect(lab.domain.instances.get('home')).toMatchObject({
        state: 'failed',
        taskId: null,
        problem: { code },
      });
      await lab.succeeded(lab.domain.actions.start('home'));
      await lab.inState('home', 'running');
    },
  );
});

describe('cancelling', () => {
  test.each(installSteps)('in step %s leaves nothing', async (step) => {
    const lab = await bench.start();
    const { taskId } = await lab.add('home');
    await lab.inStep(taskId, step);
    lab.tasks.cancel(taskId);
    const task = await lab.ended(taskId);
    if (task.state === 'succeeded') await lab.succeeded(lab.domain.actions.remove('home', 'home'));
    else expect(task).toMatchObject({ state: 'cancelled', problem: null });
    expect(bench.left()).toEqual([]);
  });

  test('at the very moment it was begun leaves nothing', async () => {
    const lab = await bench.start();
    const { taskId } = await lab.add('home');
    lab.tasks.cancel(taskId);
    expect(await lab.ended(taskId)).toMatchObject({ state: 'cancelled' });
    expect(bench.left()).toEqual([]);
    await lab.install('home');
  });

  test('while the engine hangs ends, and what could not be undone is undone at the next start', async () => {
    const lab = await bench.start();
    bench.model.faults.add({ verb: 'exec', does: 'hang' });
    bench.model.faults.add({ verb: 'rm', does: { say: 'it hangs' } });
    const { taskId } = await lab.add('home');
    await lab.inStep(taskId, 'admin');
    lab.tasks.cancel(taskId);
    expect(await lab.ended(taskId)).toMatchObject({ state: 'cancelled' });
    expect(lab.domain.instances.get('home')).toMatchObject({ state: 'failed', problem: {} });
    lab.kill();
    bench.model.faults.clear();
    await bench.start();
    await expect.poll(() => bench.left(), { timeout: 5000 }).toEqual([]);
  });
});

describe('a Labdeck that is killed', () => {
  test.each(installSteps)('in step %s goes on under the same task, and ends well', async (step) => {
    let lab = await bench.start();
    const { taskId } = await lab.add('home');
    await lab.inStep(taskId, step);
    lab.kill();
    lab = await bench.start();
    expect(['queued', 'running', 'succeeded']).toContain(lab.tasks.get(taskId).state);
    await lab.succeeded(taskId);
    await lab.inState('home', 'running');
    const { password } = await lab.domain.access.credentials('home');
    expect(bench.data('home').users).toEqual([{ name: 'admin', password }]);
    expect(bench.left()).toHaveLength(5);
  });

  test('a task that is cancelled before anybody goes on with it is undone', async () => {
    let lab = await bench.start();
    const { taskId } = await lab.add('home');
    await lab.inStep(taskId, 'database');
    lab.kill();
    lab = await bench.start();
    lab.tasks.cancel(taskId);
    await expect.poll(() => bench.left(), { timeout: 5000 }).toEqual([]);
    expect(await lab.ended(taskId)).toMatchObject({ state: 'cancelled' });
  });
});

describe('quitting', () => {
  test.each(installSteps)('in step %s leaves no container, and the next start goes on', async (step) => {
    let lab = await bench.start();
    const { taskId } = await lab.add('home');
    await lab.inStep(taskId, step);
    await lab.close();
    const { phase, key } = bench.record('home');
    if (phase === 'installing') {
      expect(bench.left()).toEqual(['record home installing', `secret ${key}`]);
      expect(lab.tasks.get(taskId)).toMatchObject({ state: 'queued', endedAtMs: null, problem: null });
    }
    lab = await bench.start();
    expect(lab.tasks.list()).toHaveLength(1);
    await lab.succeeded(taskId);
    await lab.inState('home', 'running');
    expect(bench.left()).toHaveLength(5);
  });

  test('after it was cancelled leaves nothing to go on with', async () => {
    let lab = await bench.start();
    const { taskId } = await lab.add('home');
    await lab.inStep(taskId, 'database');
    lab.tasks.cancel(taskId);
    await lab.close();
    expect(bench.left()).toEqual([]);
    lab = await bench.start();
    expect(lab.tasks.get(taskId).state).toBe('cancelled');
  });

  test('while the engine does not even remove takes 15 s at most, and the next start goes on', async () => {
    let lab = await bench.start();
    const { taskId } = await lab.add('home');
    await lab.inStep(taskId, 'database');
    bench.model.faults.add({ verb: 'rm', does: 'hang' });
    const begunMs = performance.now();
    await lab.close();
    expect(performance.now() - begunMs).toBeLessThan(16_000);
    bench.model.faults.clear();
    lab = await bench.start();
    await lab.succeeded(taskId);
    await lab.inState('home', 'running');
  }, 60_000);
});

describe('names and ports', () => {
  test('two of one name at once: one is installed, the other refused, and nothing of it stays', async () => {
    const lab = await bench.start();
    const both = await Promise.allSettled([lab.add('home'), lab.add('home')]);
    const begun = both.flatMap((one) => (one.status === 'fulfilled' ? [one.value] : []));
    expect(begun).toHaveLength(1);
    expect(both.find(({ status }) => status === 'rejected')).toMatchObject({
      reason: { code: 'NAME_TAKEN', data: { field: 'name' } },
    });
    await lab.succeeded(begun[0]?.taskId ?? '');
    expect(Object.keys(bench.secrets())).toHaveLength(1);
  });

  test('several of one source at once share its image and have a port each', async () => {
    const lab = await bench.start();
    const names = ['a', 'b', 'c', 'd'];
    const begun = await Promise.all(names.map((name) => lab.add(name)));
    const ports = begun.map(({ instance }) => instance.port);
    expect(new Set(ports).size).toBe(4);
    for (const { taskId } of begun) await lab.succeeded(taskId);
    for (const name of names) await lab.inState(name, 'running');
  });

  test('two that want one and the same port: the second is refused at once', async () => {
    const lab = await bench.start();
    const port = await portOfNobody();
    const both = await Promise.allSettled([lab.add({ name: 'a', port }), lab.add({ name: 'b', port })]);
    expect(both.map(({ status }) => status).sort()).toEqual(['fulfilled', 'rejected']);
    expect(both.find(({ status }) => status === 'rejected')).toMatchObject({
      reason: { code: 'CONFLICT', data: { field: 'port' } },
    });
    expect(bench.records()).toHaveLength(1);
  });

  test('a port that browsers refuse is refused here, too', async () => {
    const lab = await bench.start();
    await expect(lab.add({ name: 'home', port: 6000 })).rejects.toMatchObject({
      code: 'BAD_REQUEST',
      data: { field: 'port' },
    });
    expect(bench.left()).toEqual([]);
  });

  test('a port that is taken before the start is left to who has it, and another one is taken', async () => {
    const thief = createServer();
    const lab = await bench.start({ onDeed: stealAtStart(thief, () => bench.record('home').port) });
    const { instance, taskId } = await lab.add('home');
    try {
      await lab.succeeded(taskId);
      const now = lab.domain.instances.get('home');
      expect(now.port).not.toBe(instance.port);
      expect(now.url).toContain(String(now.port));
      expect((await fetch(new URL('v1/healthz/', now.url))).status).toBe(200);
    } finally {
      thief.close();
    }
  });

  test('a port that was asked for by number is not changed: it says which one is taken', async () => {
    const port = await portOfNobody();
    const thief = createServer();
    const lab = await bench.start({ onDeed: stealAtStart(thief, () => port) });
    const { taskId } = await lab.add({ name: 'home', port });
    const task = await lab.failed(taskId);
    expect(task.problem).toMatchObject({ code: 'CONFLICT', message: expect.stringContaining(String(port)) });
    thief.close();
    await once(thief, 'close');
    lab.life.onDeed = () => {};
    await lab.succeeded(lab.domain.actions.start('home'));
    expect(lab.domain.instances.get('home').port).toBe(port);
  });
});

describe('the engine', () => {
  test('that is not there, or may not be used, is said before anything is begun', async () => {
    const lab = await bench.start();
    for (const code of ['MISSING_DEPENDENCY', 'PERMISSION_DENIED', 'TIMEOUT'] as const) {
      bench.problems = [{ engine: 'podman', code, message: 'not now', hint: 'Do something.' }];
      await expect(lab.add('home')).rejects.toMatchObject({ code, hint: 'Do something.' });
      await expect(lab.domain.requests.plan({ name: 'x' } as never)).rejects.toMatchObject({ code });
    }
    expect(bench.left()).toEqual([]);
    bench.problems = [];
    await lab.install('home');
  });

  test('that hangs keeps nobody from looking, cancelling and quitting', async () => {
    const lab = await bench.start();
    await lab.install('well');
    bench.model.faults.add({ verb: 'exec', does: 'hang' });
    const { taskId } = await lab.add('home');
    await lab.inStep(taskId, 'admin');
    expect(lab.domain.instances.list()).toHaveLength(2);
    lab.tasks.cancel(taskId);
    await lab.ended(taskId);
    expect(bench.records()).toHaveLength(1);
    bench.model.faults.add({ verb: 'create', does: 'hang' });
    await lab.add('other');
    await lab.close();
    expect(bench.records().map(({ name, phase }) => `${name} ${phase}`)).toEqual([
      'well installed',
      'other installing',
    ]);
  });
});

describe('a full disk', () => {
  test('is seen before anything is built', async () => {
    // A file system without a single free block.
    bench.model.storageDir = '/proc';
    const lab = await bench.start();
    const task = await lab.failed((await lab.add('home')).taskId);
    expect(task.problem).toMatchObject({ code: 'DISK_FULL' });
    expect(task.steps.find(({ state }) => state === 'failed')?.name).toBe('engine check');
    expect(bench.model.images.size).toBe(0);
  });

  test.each([
    ['build', 'image'],
    ['volume', 'volume'],
    ['create', 'database'],
    ['exec', 'admin'],
  ])('while it does "%s" is said so, in step %s, and leaves nothing', async (verb, step) => {
    const lab = await bench.start();
    bench.model.faults.add({ verb, does: { say: 'write /x: no space left on device' }, times: 1 });
    const task = await lab.failed((await lab.add('home')).taskId);
    expect(task.problem).toMatchObject({ code: 'DISK_FULL', hint: expect.stringContaining('disk') });
    expect(task.steps.find(({ state }) => state === 'failed')?.name).toBe(step);
    expect(bench.left()).toHaveLength(2);
  });
});

test('no password is in a task, a journal, a record, a notice, a log or an event', async () => {
  const lab = await bench.start();
  const seen: string[] = [];
  lab.domain.instances.onDidChange(() => seen.push(JSON.stringify(lab.domain.instances.list())));
  const secret = 'correct horse battery';
  await lab.install({ name: 'home', admin: { password: secret } });
  await lab.domain.access.newPassword('home', `${secret} 2`);
  await lab.succeeded(lab.domain.actions.backup('home'));
  const { taskId } = await lab.domain.requests.clone('home', 'twin' as never, true);
  await lab.succeeded(taskId);
  const { readFileSync } = await import('node:fs');
  const files = ['instances.json', 'tasks.json'].map((name) => readFileSync(`${bench.dir}/${name}`, 'utf8'));
  const texts = [...seen, ...lab.log, ...files, JSON.stringify(lab.notices.list())];
  for (const task of lab.tasks.list()) texts.push(JSON.stringify(lab.tasks.get(task.taskId)));
  for (const { spec, log } of bench.model.containers.values()) texts.push(JSON.stringify(spec), log);
  expect(texts.join('\n')).toContain('twin');
  expect(texts.join('\n')).not.toContain(secret);
  expect((await lab.domain.access.credentials('twin')).password).toBe(`${secret} 2`);
});
