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
