import { createServer } from 'node:http';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { InstanceSource } from '../../main/contract/index.ts';
import { upgradeSteps } from '../../main/instances/work/upgrade.ts';
import { lavaRelease } from '../fakes/engine/lavaModel.ts';
import { expectAsBefore, forky, sid, startWithHome } from '../fakes/instances/homeInstance.ts';
import type { InstancesBench, Lab } from '../fakes/instances/instancesBench.ts';

let bench: InstancesBench;
let lab: Lab;
beforeEach(async () => {
  ({ bench, lab } = await startWithHome());
});
afterEach(() => bench.dispose());

/** Right before the container of the next generation is made; the one before that is for the snapshot. */
function beforeNextGeneration(deed: () => void): void {
  let made = 0;
  lab.life.onDeed = (what, when) => {
    if (what !== 'create' || when !== 'before') return;
    made += 1;
    if (made === 2) deed();
  };
}

describe('an upgrade', () => {
  test('moves to the new LAVA with all data, keeps a snapshot, and leaves nothing of the old', async () => {
    await lab.succeeded(lab.domain.actions.upgrade('home', sid));
    await lab.inState('home', 'running');
    expect(bench.record('home')).toMatchObject({ generation: 2, source: sid });
    expect(bench.data('home')).toMatchObject({ lavaVersion: '2026.10', jobs: [{ id: 1 }] });
    expect(bench.left()).toHaveLength(5);
    expect(lab.domain.backups.list()).toMatchObject([{ why: 'before-upgrade', version: '2026.09' }]);
    const again = await lab.succeeded(lab.domain.actions.upgrade('home'));
    expect(again.log).toContain('up to date');
  });

  test.each([
    ['build', 'image'],
    ['stop', 'stop'],
    ['exec', 'snapshot'],
    ['create', 'snapshot'],
  ])('that fails since "%s" does, in step %s, returns and says so', async (verb, step) => {
    bench.model.faults.add({ verb, does: { say: 'no space left on device' }, times: 1 });
    const task = await lab.failed(lab.domain.actions.upgrade('home', sid));
    expect(task.steps.find(({ state }) => state === 'failed')?.name).toBe(step);
    expect(task.problem).toMatchObject({ code: 'DISK_FULL' });
    if (step !== 'image') expect(task.problem?.hint).toContain('runs as before');
    await expectAsBefore(bench, lab);
  });

  test('to an image whose LAVA does not come up returns, with what it said', async () => {
    const broken: InstanceSource = { kind: 'image', reference: 'registry.example.org/broken:1' };
    bench.releases.set(JSON.stringify(broken), lavaRelease('2026.11', 10));
    const task = await lab.failed(lab.domain.actions.upgrade('home', broken));
    expect(task.problem).toMatchObject({ code: 'CONFLICT', message: expect.stringContaining('newer') });
    await expectAsBefore(bench, lab);
  });

  test.each(upgradeSteps)('that is cancelled in step %s returns', async (step) => {
    const task = lab.domain.actions.upgrade('home', sid);
    await lab.inStep(task.taskId, step);
    lab.tasks.cancel(task.taskId);
    const { state } = await lab.ended(task);
    // What follows the move can no longer be taken back.
    if (state === 'succeeded') expect(bench.record('home').generation).toBe(2);
    else await expectAsBefore(bench, lab);
  });

  test('finds its port taken, moves to another, and runs the new image there', async () => {
    const thief = createServer();
    let starts = 0;
    lab.life.onDeed = async (what, when) => {
      if (what !== 'start' || when !== 'before') return;
      starts += 1;
      // The first is for the snapshot.
      if (starts === 2)
        await new Promise<void>((resolve) => thief.listen(bench.record('home').port, '127.0.0.1', resolve));
    };
    const { port } = bench.record('home');
    try {
      await lab.succeeded(lab.domain.actions.upgrade('home', sid));
      await lab.inState('home', 'running');
      expect(bench.record('home').port).not.toBe(port);
      expect(bench.container('home').image.lava?.lavaVersion).toBe('2026.10');
      expect(bench.record('home').image?.imageId).toBe(bench.container('home').image.id);
    } finally {
      thief.close();
    }
  });

  test('to an older LAVA is refused with the way back, which works', async () => {
    await lab.succeeded(lab.domain.actions.upgrade('home', sid));
    const task = await lab.failed(lab.domain.actions.upgrade('home', forky));
    expect(task.problem?.code).toBe('CONFLICT');
    const [snapshot] = lab.domain.backups.list().filter(({ version }) => version === '2026.09');
    expect(task.problem?.hint).toContain(snapshot?.backupId ?? 'none');
    await lab.inState('home', 'running');
    const from = { backupId: snapshot?.backupId ?? '' };
    const { taskId } = await lab.domain.requests.restore('back', from, forky);
    await lab.succeeded(taskId);
    expect(bench.data('back')).toMatchObject({ lavaVersion: '2026.09', jobs: [{ id: 1 }] });
  });

  test('of all goes on when one fails or is cancelled, and says which', async () => {
    await lab.install('other');
    bench.releases.set(JSON.stringify(forky), lavaRelease('2026.11', 62));
    bench.model.faults.add({ verb: 'build', does: { say: 'no' }, times: 1 });
    const task = await lab.failed(lab.domain.actions.upgradeAll());
    expect(task.problem?.message).toContain('home');
    expect(task.log).toContain('other: done');
    expect(bench.data('other').lavaVersion).toBe('2026.11');
    const second = lab.domain.actions.upgradeAll();
    const inner = () =>
      lab.tasks.list().find(({ title, state }) => title === 'Upgrade home' && state === 'running');
    await expect.poll(() => inner()?.taskId).toBeDefined();
    lab.tasks.cancel(inner()?.taskId ?? '');
    expect((await lab.failed(second)).log).toContain('home: it was cancelled');
  });

  test('whose new container cannot be made returns and says so', async () => {
    beforeNextGeneration(() => bench.model.faults.add({ verb: 'create', does: { say: 'no' }, times: 1 }));
    const task = await lab.failed(lab.domain.actions.upgrade('home', sid));
    expect(task.steps.find(({ state }) => state === 'failed')?.name).toBe('database');
    expect(task.problem?.hint).toContain('It runs as before.');
    await expectAsBefore(bench, lab);
  });

  test('that fails, and whose instance is not well again either, says so', async () => {
    beforeNextGeneration(() => {
      bench.model.faults.add({ verb: 'create', does: { say: 'no' }, times: 1 });
      bench.container('home').image.lava = null;
    });
    const task = await lab.failed(lab.domain.actions.upgrade('home', sid));
    expect(task.problem?.hint).toContain('It was started again; look at its health.');
    expect(task.problem?.hint).not.toContain('runs as before');
  });

  test('of all says of a busy one what keeps it busy', async () => {
    bench.model.faults.add({ verb: 'exec', does: 'hang', times: 1 });
    const backup = lab.domain.actions.backup('home');
    const task = await lab.failed(lab.domain.actions.upgradeAll());
    expect(task.problem).toMatchObject({
      message: 'home could not be upgraded',
      hint: expect.stringContaining(`home: home is busy: ${backup.title}`),
    });
    lab.tasks.cancel(backup.taskId);
    await lab.ended(backup);
  });

  test('under way keeps images from being pruned', async () => {
    const task = lab.domain.actions.upgrade('home', sid);
    await lab.inStep(task.taskId, 'stop');
    expect(() => lab.domain.images.prune()).toThrow(expect.objectContaining({ code: 'CONFLICT' }));
    await lab.succeeded(task);
    expect((await lab.domain.images.prune()).removed).toHaveLength(1);
  });
});
