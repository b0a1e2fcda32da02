import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { InstancesBench, type Lab } from '../fakes/instances/instancesBench.ts';

let bench: InstancesBench;
let lab: Lab;
beforeEach(async () => {
  bench = new InstancesBench();
  lab = await bench.start();
});
afterEach(() => bench.dispose());

const nameOf = (name: string) => bench.container(name).spec.name;

describe('one thing at a time', () => {
  test('whatever is asked while something is done is refused, and what is done ends well', async () => {
    await lab.install('home');
    const { actions, instances, requests } = lab.domain;
    const task = actions.restart('home');
    const asked: (() => unknown)[] = [
      () => actions.start('home'),
      () => actions.stop('home'),
      () => actions.restart('home'),
      () => actions.backup('home'),
      () => actions.upgrade('home'),
      () => actions.remove('home', 'home'),
      () => instances.update('home', { lean: true }),
      () => requests.clone('home', 'twin' as never, true),
    ];
    for (const ask of asked)
      await expect((async () => ask())()).rejects.toMatchObject({
        code: 'CONFLICT',
        data: { details: { taskId: task.taskId } },
      });
    await lab.succeeded(task);
    await lab.inState('home', 'running');
    expect(bench.records().map(({ name }) => name)).toEqual(['home']);
    expect(Object.keys(bench.secrets())).toHaveLength(1);
    await lab.succeeded(actions.stop('home'));
  });

  test('what is cancelled at the moment it begins leaves the instance free', async () => {
    await lab.install('home');
    const task = lab.domain.actions.stop('home');
    lab.tasks.cancel(task.taskId);
    expect((await lab.ended(task)).state).toBe('cancelled');
    expect(bench.record('home').wanted).toBe('running');
    await lab.inState('home', 'running');
    await lab.succeeded(lab.domain.actions.stop('home'));
    await lab.inState('home', 'stopped');
  });

  test.each([
    ['restart', 'stop'],
    ['restart', 'health'],
    ['stop', 'stop'],
  ] as const)('a %s that is cancelled in step %s leaves it running, and is no news', async (verb, step) => {
    await lab.install('home');
    const begun = new Promise<void>((resolve) => {
      lab.life.onDeed = (what, when) => {
        if (what === 'stop' && when === 'before') resolve();
      };
    });
    const task = lab.domain.actions[verb]('home');
    await begun;
    await lab.inStep(task.taskId, step);
    lab.tasks.cancel(task.taskId);
    expect((await lab.ended(task)).state).toBe('cancelled');
    await lab.inState('home', 'running');
    expect(bench.record('home')).toMatchObject({ wanted: 'running', problem: null });
    expect(lab.notices.list()).toEqual([]);
    expect(lab.tasks.list().map(({ kind }) => kind)).not.toContain('start-instance');
  });

  test('removing wants the name while there may be data', async () => {
    await lab.install('home');
    bench.addJob('home');
    await expect.poll(() => lab.domain.instances.get('home').holds?.jobs, { timeout: 5000 }).toBe(1);
    await expect(lab.domain.actions.remove('home', 'other')).rejects.toMatchObject({
      code: 'CONFLICT',
      data: { field: 'confirm', details: { holds: { jobs: 1 } } },
    });
    await lab.succeeded(lab.domain.actions.remove('home', 'home'));
    expect(bench.left()).toEqual([]);
  });

  test('a removal that fails says so, and can be begun again', async () => {
    await lab.install('home');
    bench.model.faults.add({ verb: 'rm', does: { say: 'device or resource busy' }, times: 1 });
    await lab.failed(lab.domain.actions.remove('home', 'home'));
    expect(lab.domain.instances.get('home')).toMatchObject({
      state: 'failed',
      taskId: null,
      problem: { message: 'device or resource busy' },
    });
    await expect(lab.domain.actions.start('home')).rejects.toMatchObject({ code: 'CONFLICT' });
    await lab.succeeded(lab.domain.actions.remove('home', 'home'));
    expect(bench.left()).toEqual([]);
  });
});

describe('changes', () => {
  test('what needs it starts it again, once; what does not leaves it alone', async () => {
    await lab.install('home');
    const { instances } = lab.domain;
    const startedAtMs = () => bench.container('home').startedAtMs;
    const before = startedAtMs();
    const policy = { everyHours: 1, keep: 2, maxAgeDays: null };
    await instances.update('home', { autostart: false, backup: policy });
    await instances.update('home', { lean: false, memoryLimitBytes: null });
    expect(instances.get('home').taskId).toBeNull();
    expect(startedAtMs()).toBe(before);
    const port = await instances.nextPort();
    for (const patch of [
      { port },
      { lean: true },
      { memoryLimitBytes: 2 ** 30 },
      { rename: 'house' as never },
    ]) {
      const { name } = instances.list()[0] ?? {};
      const { taskId } = await instances.update(name ?? '', patch);
      await lab.succeeded(taskId ?? '');
      await lab.inState(instances.list()[0]?.name ?? '', 'running');
    }
    expect(instances.get('house')).toMatchObject({
      port,
      lean: true,
      memoryLimitBytes: 2 ** 30,
      autostart: false,
    });
    expect(bench.container('house').spec).toMatchObject({
      memoryLimitBytes: 2 ** 30,
      ports: [{ host: port }],
      hostname: 'labdeck-house',
    });
    expect(bench.model.containers.size).toBe(1);
  });

  test('of one that stands still start nothing', async () => {
    await lab.install('home');
    await lab.succeeded(lab.domain.actions.stop('home'));
    await lab.domain.instances.update('home', { lean: true });
    expect(lab.domain.instances.get('home')).toMatchObject({ state: 'stopped', taskId: null });
  });

  test('to a name or port of another are refused, and change nothing', async () => {
    await lab.install('home');
    await lab.install('other');
    const { instances } = lab.domain;
    const { port } = instances.get('other');
    const before = bench.records();
    await expect(instances.update('home', { rename: 'other' as never })).rejects.toMatchObject({
      code: 'NAME_TAKEN',
    });
    await expect(instances.update('home', { port })).rejects.toMatchObject({ code: 'CONFLICT' });
    expect(bench.records()).toEqual(before);
  });
});

describe('what is seen', () => {
  test('costs no program: health and use come from a file', async () => {
    await lab.install('home');
    await lab.inState('home', 'running');
    await expect.poll(() => lab.domain.instances.get('home').taskId).toBeNull();
    await lab.succeeded(lab.domain.actions.backup('home'));
    const before = lab.calls.length;
    const percent = () => lab.domain.instances.get('home').usage?.cpuPercent;
    await expect.poll(percent, { timeout: 8000 }).toBeGreaterThan(0);
    expect(lab.calls.slice(before)).toEqual([]);
  });

  test('a part that crashes is told, and counted', async () => {
    await lab.install('home');
    await lab.inState('home', 'running');
    void bench.container('home').instance?.crash('scheduler', 'killed by signal 9', 300);
    await lab.inState('home', 'degraded');
    expect(lab.notices.list()[0]).toMatchObject({
      title: expect.stringContaining('scheduler'),
      text: 'killed by signal 9',
    });
    await lab.inState('home', 'running');
    expect(lab.domain.instances.get('home').parts[3]).toMatchObject({ part: 'scheduler', restarts: 1 });
  });
});

test('after all is closed nothing is listened to, and nothing keeps the process', async () => {
  await lab.install('home');
  await lab.close();
  const before = bench.records();
  await bench.model.removeContainer(nameOf('home'));
  lab.domain.start();
  await new Promise((resolve) => setTimeout(resolve, 200));
  expect(bench.records()).toEqual(before);
  expect(lab.notices.list()).toEqual([]);
});
