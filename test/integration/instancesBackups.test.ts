import { truncateSync } from 'node:fs';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { verifySteps } from '../../main/instances/work/verifyBackup.ts';
import { lavaRelease } from '../fakes/engine/lavaModel.ts';
import { backUpHome, expectAsBefore, sid } from '../fakes/instances/homeInstance.ts';
import { InstancesBench, type Lab } from '../fakes/instances/instancesBench.ts';

let bench: InstancesBench;
let lab: Lab;
beforeEach(async () => {
  bench = new InstancesBench();
  lab = await bench.start();
});
afterEach(() => bench.dispose());

describe('a backup', () => {
  beforeEach(async () => {
    await lab.install('home');
    bench.addJob('home');
  });

  test('that fails is not kept, and says so', async () => {
    bench.model.faults.add({ verb: 'exec', does: { say: 'no space left on device' }, times: 1 });
    const task = await lab.failed(lab.domain.actions.backup('home'));
    expect(task.problem).toMatchObject({ code: 'DISK_FULL' });
    expect(lab.domain.backups.list()).toEqual([]);
    await expectAsBefore(bench, lab);
  });

  test('of one that stands still says why it failed, though it cannot be stopped either', async () => {
    await lab.succeeded(lab.domain.actions.stop('home'));
    bench.model.faults.add({ verb: 'exec', does: { say: 'no space left on device' }, times: 1 });
    lab.life.onDeed = (what, when) => {
      if (what === 'stream' && when === 'before')
        bench.model.faults.add({ verb: 'stop', does: { say: 'it does not' }, times: 1 });
    };
    const task = await lab.failed(lab.domain.actions.backup('home'));
    expect(task.problem).toMatchObject({ code: 'DISK_FULL' });
    // What goes on in maintenance is started as it should be.
    await lab.succeeded(lab.domain.actions.start('home'));
    await lab.inState('home', 'running');
  });

  test('is looked at in a scratch instance of which nothing stays', async () => {
    const { backupId } = await backUpHome(lab);
    await lab.succeeded(lab.domain.actions.verify(backupId));
    expect(lab.domain.backups.get(backupId).verified).toMatchObject({ ok: true });
    await expectAsBefore(bench, lab);
  });

  test.each(verifySteps)(
    'whose verification is cancelled in step %s has no verdict, and nothing stays',
    async (step) => {
      const { backupId } = await backUpHome(lab);
      const task = lab.domain.actions.verify(backupId);
      await lab.inStep(task.taskId, step);
      lab.tasks.cancel(task.taskId);
      const { state } = await lab.ended(task);
      if (state === 'cancelled') expect(lab.domain.backups.get(backupId).verified?.ok).not.toBe(false);
      await expectAsBefore(bench, lab);
    },
  );

  test('is not called bad for what is wrong with the engine, and the step that failed is named', async () => {
    const { backupId, file } = await backUpHome(lab);
    bench.model.faults.add({ verb: 'create', does: { say: 'no space left on device' }, times: 1 });
    const task = await lab.failed(lab.domain.actions.verify(backupId));
    expect(task.steps.find(({ state }) => state === 'failed')?.name).toBe('database');
    expect(lab.domain.backups.get(backupId).verified).toBeNull();
    truncateSync(file, 2000);
    const second = await lab.failed(lab.domain.actions.verify(backupId));
    expect(second.problem).toMatchObject({ code: 'DAMAGED' });
    expect(second.steps.find(({ state }) => state === 'failed')?.name).toBe('checksum');
    expect(lab.domain.backups.get(backupId).verified).toMatchObject({ ok: false });
  });

  test('is not called bad when its restore is cut short by the engine, but when it is refused', async () => {
    await lab.succeeded(lab.domain.actions.upgrade('home', sid));
    await backUpHome(lab);
    const made = lab.domain.backups.list().find(({ why }) => why === 'by-hand');
    const backupId = made?.backupId ?? 'none';
    for (const say of ['killed: out of memory', 'container is not running', 'no such container']) {
      bench.model.faults.add({ verb: 'exec', does: { say }, times: 1 });
      await lab.failed(lab.domain.actions.verify(backupId));
      expect(lab.domain.backups.get(backupId).verified).toBeNull();
    }
    lab.life.onDeed = async (what, when) => {
      if (what !== 'stream' || when !== 'after') return;
      const scratch = [...bench.model.containers.keys()].find(
        (name) => name !== bench.container('home').spec.name,
      );
      if (scratch) await bench.model.removeContainer(scratch);
    };
    const gone = await lab.failed(lab.domain.actions.verify(backupId));
    expect(gone.problem?.code).toBe('COMMAND_FAILED');
    expect(lab.domain.backups.get(backupId).verified).toBeNull();
    lab.life.onDeed = () => {};
    await lab.succeeded(lab.domain.actions.remove('home', 'home'));
    bench.model.images.clear();
    bench.releases.set(JSON.stringify(sid), lavaRelease('2025.01', 10));
    const refused = await lab.failed(lab.domain.actions.verify(backupId));
    expect(refused.problem).toMatchObject({ code: 'CONFLICT', message: expect.stringContaining('newer') });
    expect(lab.domain.backups.get(backupId).verified).toMatchObject({ ok: false });
  });

  test('that is looked at right at the start is not swept away under the look', async () => {
    const { backupId } = await backUpHome(lab);
    lab.kill();
    lab = await bench.start();
    await lab.succeeded(lab.domain.actions.verify(backupId));
    await expectAsBefore(bench, lab);
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
