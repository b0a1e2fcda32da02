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

describe('behind our back', () => {
  test('a container that was removed is missing, is told, and comes back with its data', async () => {
    await lab.install('home');
    bench.addJob('home');
    await bench.model.removeContainer(nameOf('home'));
    await lab.inState('home', 'missing');
    expect(lab.notices.list()[0]?.title).toContain('removed outside Labdeck');
    await lab.succeeded(lab.domain.actions.start('home'));
    await lab.inState('home', 'running');
    expect(bench.data('home').jobs).toHaveLength(1);
  });

  test('an image that was removed is built anew by a start', async () => {
    await lab.install('home');
    bench.addJob('home');
    await bench.model.removeContainer(nameOf('home'));
    bench.model.images.clear();
    const backup = await lab.failed(lab.domain.actions.backup('home'));
    expect(backup.problem).toMatchObject({ code: 'NOT_FOUND', hint: expect.stringContaining('Start') });
    await lab.succeeded(lab.domain.actions.start('home'));
    expect(bench.model.images.has(lab.domain.instances.get('home').imageId ?? '')).toBe(true);
    expect(bench.data('home').jobs).toHaveLength(1);
  });

  test('a volume that was removed is said so, and no empty one is made in its place', async () => {
    await lab.install('home');
    const name = nameOf('home');
    await bench.model.removeContainer(name);
    bench.model.removeVolume(name);
    const task = await lab.failed(lab.domain.actions.start('home'));
    expect(task.problem).toMatchObject({ code: 'CONFLICT', message: expect.stringContaining('volume') });
    expect(bench.model.volumes.size).toBe(0);
    await lab.succeeded(lab.domain.actions.remove('home', 'home'));
    expect(bench.left()).toEqual([]);
  });

  test('a volume of an unknown schema is refused with the reason, and left as it is', async () => {
    await lab.install('home');
    await lab.succeeded(lab.domain.actions.stop('home'));
    const volume = bench.model.volumes.get(nameOf('home'));
    if (volume) volume.lava = 'foreign';
    const task = await lab.failed(lab.domain.actions.start('home'));
    expect(task.problem).toMatchObject({ code: 'CONFLICT', message: expect.stringContaining('no LAVA') });
    expect(lab.domain.instances.get('home')).toMatchObject({ state: 'failed', problem: task.problem });
    expect(volume?.lava).toBe('foreign');
  });

  test('what is not ours, or of a record that was lost, is never touched', async () => {
    const labels = { 'io.labdeck.lab': 'another', 'io.labdeck.instance': '1aaaaaaaaaaa' };
    const image = bench.model.addImage({ labels: {}, lava: null });
    await lab.install('home');
    const labId = bench.container('home').spec.labels['io.labdeck.lab'] ?? '';
    const lost = { ...labels, 'io.labdeck.lab': labId };
    for (const [name, ours] of [
      ['labdeck-1aaaaaaaaaaa-1', labels],
      ['labdeck-1bbbbbbbbbbb-1', lost],
      ['postgres', {}],
    ] as const) {
      bench.model.createVolume(name, ours);
      const { spec } = bench.container('home');
      bench.model.create({ ...spec, name, labels: ours, image: image.id, volumes: [], ports: [] });
    }
    lab.kill();
    lab = await bench.start();
    await lab.inState('home', 'running');
    await lab.succeeded(lab.domain.actions.remove('home', 'home'));
    expect(bench.model.volumes.size).toBe(3);
    expect(bench.model.containers.size).toBe(3);
  });

  test('an engine that comes late is found, and what should run is started', async () => {
    await lab.install('home');
    lab.kill();
    await bench.model.reboot();
    bench.problems = [{ engine: 'podman', code: 'COMMAND_FAILED', message: 'not yet', hint: '' }];
    lab = await bench.start();
    await expect.poll(() => lab.domain.engines.state.state).toBe('unavailable');
    expect(lab.domain.instances.get('home').state).toBe('unknown');
    bench.problems = [];
    await lab.domain.engines.look();
    await lab.inState('home', 'running');
  });

  test('a backup or an upgrade before anybody has looked finds out that it runs, and leaves it running', async () => {
    await lab.install('home');
    lab.kill();
    bench.problems = [{ engine: 'podman', code: 'COMMAND_FAILED', message: 'not yet', hint: '' }];
    lab = await bench.start();
    await expect.poll(() => lab.domain.engines.state.state).toBe('unavailable');
    bench.problems = [];
    const { startedAtMs } = bench.container('home');
    await lab.succeeded(lab.domain.actions.backup('home'));
    expect(bench.container('home')).toMatchObject({ state: 'running', startedAtMs });
  });
});

describe('after a start of the machine', () => {
  test('what ran and should start by itself does; what should not, or stood still, stands still', async () => {
    await lab.install('home');
    await lab.install({ name: 'by-hand', autostart: false });
    await lab.install('still');
    await lab.succeeded(lab.domain.actions.stop('still'));
    lab.kill();
    await bench.model.reboot();
    lab = await bench.start();
    await lab.inState('home', 'running');
    await lab.inState('by-hand', 'stopped');
    await lab.inState('still', 'stopped');
    expect(bench.record('by-hand').wanted).toBe('stopped');
  });

  test('quitting while it starts leaves it to start, and it is wanted still', async () => {
    await lab.install('home');
    lab.kill();
    await bench.model.reboot();
    lab = await bench.start();
    await lab.inState('home', 'starting');
    await lab.close();
    expect(bench.record('home').wanted).toBe('running');
    lab = await bench.start();
    await lab.inState('home', 'running');
  });
});

describe('one that dies', () => {
  const die = () => bench.container('home').instance?.kill();

  test('is started again, later each time, and told', async () => {
    await lab.install('home');
    const before = bench.container('home').startedAtMs;
    die();
    await expect.poll(() => bench.container('home').startedAtMs, { timeout: 5000 }).not.toBe(before);
    expect(lab.notices.list()[0]?.text).toContain('in 0.5 s');
    await lab.inState('home', 'running');
    await expect.poll(() => lab.domain.instances.get('home').taskId).toBeNull();
    die();
    await expect.poll(() => lab.notices.list()[0]?.text).toContain('in 2 s');
  });

  test('and is removed is no news any more', async () => {
    await lab.install('home');
    die();
    await expect.poll(() => lab.notices.list()).toHaveLength(1);
    await lab.inState('home', 'running');
    await expect.poll(() => lab.domain.instances.get('home').taskId).toBeNull();
    await lab.succeeded(lab.domain.actions.remove('home', 'home'));
    expect(lab.notices.list()).toEqual([]);
  });

  test('and is stopped by somebody before that stands still', async () => {
    await lab.install('home');
    die();
    await expect.poll(() => lab.notices.list()[0]?.text).toContain('in 0.5 s');
    await lab.succeeded(lab.domain.actions.stop('home'));
    const tasks = lab.tasks.list().length;
    await new Promise((resolve) => setTimeout(resolve, 800));
    expect(lab.tasks.list()).toHaveLength(tasks);
    expect(lab.domain.instances.get('home').state).toBe('stopped');
  });

  test('while a backup is made of it is started again when that has ended', async () => {
    await lab.install('home');
    bench.model.faults.add({ verb: 'exec', does: 'hang', times: 1 });
    const task = lab.domain.actions.backup('home');
    await expect.poll(() => lab.calls).toContain('stream');
    die();
    await lab.inState('home', 'stopped');
    lab.tasks.cancel(task.taskId);
    await lab.ended(task);
    await lab.inState('home', 'running');
  });

  test('at once at its start is not tried for ever: it fails, with its last words', async () => {
    await lab.install('home');
    await lab.succeeded(lab.domain.actions.stop('home'));
    bench.container('home').image.lava = null;
    const task = await lab.failed(lab.domain.actions.start('home'));
    expect(task.problem?.message).toContain('ended by itself');
    expect(lab.domain.instances.get('home').state).toBe('failed');
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

describe('scheduled backups', () => {
  const hourMs = 3_600_000;
  const scheduled = () => lab.domain.backups.list().filter(({ why }) => why === 'scheduled');
  const due = async (hours: number) => {
    await bench.clock.pass(hours * hourMs);
    lab.domain.keeper.backUpWhatIsDue();
    await expect.poll(() => lab.tasks.list().every(({ endedAtMs }) => endedAtMs !== null)).toBe(true);
  };

  test('are made when they are due, also of one that stands still, and the oldest go', async () => {
    await lab.install({ name: 'home', backup: { everyHours: 2, keep: 2, maxAgeDays: null } });
    await due(1);
    expect(scheduled()).toHaveLength(0);
    for (const count of [1, 2, 2]) {
      await due(2);
      expect(scheduled()).toHaveLength(count);
    }
    await lab.succeeded(lab.domain.actions.stop('home'));
    const [newest] = scheduled();
    await due(2);
    expect(scheduled()[0]?.backupId).not.toBe(newest?.backupId);
    expect(lab.domain.instances.get('home').state).toBe('stopped');
  });

  test('that fail are told, and tried again an hour later', async () => {
    await lab.install({ name: 'home', backup: { everyHours: 2, keep: 2, maxAgeDays: null } });
    bench.model.faults.add({ verb: 'exec', does: { say: 'no space left on device' }, times: 1 });
    await due(2.5);
    expect(lab.notices.list()).toMatchObject([{ severity: 'error', title: expect.stringContaining('home') }]);
    await due(0.1);
    expect(scheduled()).toHaveLength(0);
    await due(1);
    expect(scheduled()).toHaveLength(1);
  });

  test('when Labdeck is closing are left for the next time', async () => {
    await lab.install({ name: 'home', backup: { everyHours: 2, keep: 2, maxAgeDays: null } });
    await lab.tasks.close();
    await bench.clock.pass(3 * hourMs);
    lab.domain.keeper.backUpWhatIsDue();
    expect(scheduled()).toHaveLength(0);
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
