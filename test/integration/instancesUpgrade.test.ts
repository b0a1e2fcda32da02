import { copyFileSync, truncateSync } from 'node:fs';
import { createServer } from 'node:http';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { Backup, InstanceSource } from '../../main/contract/index.ts';
import { replaceSteps } from '../../main/instances/work/replace.ts';
import { upgradeSteps } from '../../main/instances/work/upgrade.ts';
import { verifySteps } from '../../main/instances/work/verifyBackup.ts';
import { lavaRelease } from '../fakes/engine/lavaModel.ts';
import { InstancesBench, type Lab } from '../fakes/instances/instancesBench.ts';

const forky: InstanceSource = { kind: 'package', suite: 'forky' };
const sid: InstanceSource = { kind: 'package', suite: 'sid' };

let bench: InstancesBench;
let lab: Lab;
beforeEach(async () => {
  bench = new InstancesBench();
  lab = await bench.start();
  await lab.install('home');
  bench.addJob('home');
});
afterEach(() => bench.dispose());

/** Nothing but one instance, whole, on its first generation, running, with its job. */
async function expectAsBefore(): Promise<void> {
  await lab.inState('home', 'running');
  expect(bench.record('home')).toMatchObject({ generation: 1, wanted: 'running', source: forky });
  expect(bench.data('home')).toMatchObject({ lavaVersion: '2026.09', jobs: [{ id: 1 }] });
  expect(bench.left()).toHaveLength(5);
}

/** Right before the container of the next generation is made; the one before that is for the snapshot. */
function beforeNextGeneration(deed: () => void): void {
  let made = 0;
  lab.life.onDeed = (what, when) => {
    if (what !== 'create' || when !== 'before') return;
    made += 1;
    if (made === 2) deed();
  };
}

async function backUp(): Promise<Backup> {
  await lab.succeeded(lab.domain.actions.backup('home'));
  const [made] = lab.domain.backups.list();
  if (!made) throw new Error('there is no backup');
  return made;
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
    await expectAsBefore();
  });

  test('to an image whose LAVA does not come up returns, with what it said', async () => {
    const broken: InstanceSource = { kind: 'image', reference: 'registry.example.org/broken:1' };
    bench.releases.set(JSON.stringify(broken), lavaRelease('2026.11', 10));
    const task = await lab.failed(lab.domain.actions.upgrade('home', broken));
    expect(task.problem).toMatchObject({ code: 'CONFLICT', message: expect.stringContaining('newer') });
    await expectAsBefore();
  });

  test.each(upgradeSteps)('that is cancelled in step %s returns', async (step) => {
    const task = lab.domain.actions.upgrade('home', sid);
    await lab.inStep(task.taskId, step);
    lab.tasks.cancel(task.taskId);
    const { state } = await lab.ended(task);
    // What follows the move can no longer be taken back.
    if (state === 'succeeded') expect(bench.record('home').generation).toBe(2);
    else await expectAsBefore();
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
    await expectAsBefore();
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

describe('a restore', () => {
  test('brings back what there was, keeps what was there now, and the known password works', async () => {
    const made = await backUp();
    bench.addJob('home');
    const { password } = await lab.domain.access.newPassword('home', undefined);
    await lab.succeeded((await lab.domain.requests.restore('home', made, undefined)).taskId);
    expect(bench.data('home').jobs).toHaveLength(1);
    expect(bench.data('home').users).toEqual([{ name: 'admin', password }]);
    expect(lab.domain.backups.list().map(({ why }) => why)).toContain('before-restore');
  });

  test.each(replaceSteps)('that is cancelled in step %s leaves it as it was', async (step) => {
    const made = await backUp();
    const { taskId } = await lab.domain.requests.restore('home', made, undefined);
    await lab.inStep(taskId, step);
    lab.tasks.cancel(taskId);
    const { state } = await lab.ended(taskId);
    if (state !== 'succeeded') await expectAsBefore();
  });

  test('of a damaged backup is refused before anything is touched', async () => {
    const { file, backupId } = await backUp();
    const elsewhere = path.join(bench.dir, 'elsewhere.tar');
    copyFileSync(file, elsewhere);
    truncateSync(elsewhere, 2000);
    truncateSync(file, 2000);
    const tasks = lab.tasks.list().length;
    for (const from of [{ backupId }, { file: elsewhere }])
      for (const name of ['home', 'new'])
        await expect(lab.domain.requests.restore(name, from, undefined)).rejects.toMatchObject({
          code: 'DAMAGED',
        });
    expect(lab.tasks.list()).toHaveLength(tasks);
    await expectAsBefore();
  });

  test('into a new one of one that was removed has its users, jobs and password', async () => {
    const made = await backUp();
    const { password } = await lab.domain.access.credentials('home');
    await lab.succeeded(lab.domain.actions.remove('home', 'home'));
    await lab.succeeded((await lab.domain.requests.restore('again', made, undefined)).taskId);
    expect(bench.data('again')).toMatchObject({ jobs: [{ id: 1 }], users: [{ name: 'admin', password }] });
    expect((await lab.domain.access.credentials('again')).password).toBe(password);
    await lab.domain.removeBackup(made.backupId);
    await lab.succeeded(lab.domain.actions.remove('again', 'again'));
    expect(bench.left()).toEqual([]);
  });

  test('whose backup goes away meanwhile fails, and Labdeck lives', async () => {
    const made = await backUp();
    const { taskId } = await lab.domain.requests.restore('home', made, undefined);
    await lab.inStep(taskId, 'snapshot');
    await lab.domain.removeBackup(made.backupId);
    const task = await lab.ended(taskId);
    if (task.state === 'failed') await expectAsBefore();
  });
});

describe('a clone', () => {
  test('of one that stands still starts only its database, for as long as it reads', async () => {
    await lab.succeeded(lab.domain.actions.stop('home'));
    const { taskId } = await lab.domain.requests.clone('home', 'twin' as never, true);
    await expect(lab.domain.actions.start('home')).rejects.toMatchObject({ code: 'CONFLICT' });
    await lab.succeeded(taskId);
    expect(bench.data('twin').jobs).toHaveLength(1);
    await lab.inState('home', 'stopped');
    await lab.succeeded(lab.domain.actions.start('home'));
  });

  test('without data is empty, with a password of its own', async () => {
    const { taskId } = await lab.domain.requests.clone('home', 'twin' as never, false);
    await lab.succeeded(taskId);
    expect(bench.data('twin').jobs).toEqual([]);
    const [one, two] = [
      await lab.domain.access.credentials('home'),
      await lab.domain.access.credentials('twin'),
    ];
    expect(one.password).not.toBe(two.password);
  });

  describe('that a start of the machine cut short', () => {
    let taskId: string;
    beforeEach(async () => {
      ({ taskId } = await lab.domain.requests.clone('home', 'twin' as never, true));
      await lab.inStep(taskId, 'database');
      lab.kill();
      await bench.model.reboot();
    });

    test('goes on once the other one has started', async () => {
      lab = await bench.start();
      await lab.succeeded(taskId);
      await lab.inState('home', 'running');
      await lab.inState('twin', 'running');
      expect(bench.data('twin').jobs).toHaveLength(1);
    });

    test('and is cancelled while it waits ends as cancelled, and nothing of it stays', async () => {
      bench.model.faults.add({ verb: 'start', does: 'hang', times: 1 });
      lab = await bench.start();
      await lab.inState('home', 'starting');
      await expect.poll(() => lab.log.join('')).toContain('an installation waits');
      expect(lab.tasks.get(taskId).state).toBe('queued');
      lab.tasks.cancel(taskId);
      expect(await lab.ended(taskId)).toMatchObject({ state: 'cancelled', problem: null });
      expect(lab.domain.instances.list().map(({ name }) => name)).toEqual(['home']);
      expect(bench.model.volumes.size).toBe(1);
    });

    test('and is removed while it waits is given up', async () => {
      bench.model.faults.add({ verb: 'start', does: 'hang', times: 1 });
      lab = await bench.start();
      await expect.poll(() => lab.log.join('')).toContain('an installation waits');
      await lab.succeeded(lab.domain.actions.remove('twin', 'twin'));
      expect(lab.tasks.get(taskId)).toMatchObject({ state: 'failed', problem: { code: 'INTERRUPTED' } });
      expect(bench.model.volumes.size).toBe(1);
    });
  });

  test('whose reading fails on either side says so, leaves nothing and ends the other side', async () => {
    for (const times of [1, 2]) {
      bench.model.faults.add({ verb: 'exec', does: { say: 'broken pipe' }, times });
      const { taskId } = await lab.domain.requests.clone('home', 'twin' as never, true);
      await lab.failed(taskId);
      bench.model.faults.clear();
      await expect.poll(() => bench.container('home').processes.size).toBe(0);
      await lab.succeeded(lab.domain.actions.remove('twin', undefined));
      await expectAsBefore();
    }
  });
});

describe('a backup', () => {
  test('that fails is not kept, and says so', async () => {
    bench.model.faults.add({ verb: 'exec', does: { say: 'no space left on device' }, times: 1 });
    const task = await lab.failed(lab.domain.actions.backup('home'));
    expect(task.problem).toMatchObject({ code: 'DISK_FULL' });
    expect(lab.domain.backups.list()).toEqual([]);
    await expectAsBefore();
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
    const { backupId } = await backUp();
    await lab.succeeded(lab.domain.actions.verify(backupId));
    expect(lab.domain.backups.get(backupId).verified).toMatchObject({ ok: true });
    await expectAsBefore();
  });

  test.each(verifySteps)(
    'whose verification is cancelled in step %s has no verdict, and nothing stays',
    async (step) => {
      const { backupId } = await backUp();
      const task = lab.domain.actions.verify(backupId);
      await lab.inStep(task.taskId, step);
      lab.tasks.cancel(task.taskId);
      const { state } = await lab.ended(task);
      if (state === 'cancelled') expect(lab.domain.backups.get(backupId).verified?.ok).not.toBe(false);
      await expectAsBefore();
    },
  );

  test('is not called bad for what is wrong with the engine, and the step that failed is named', async () => {
    const { backupId, file } = await backUp();
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
    await backUp();
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
    const { backupId } = await backUp();
    lab.kill();
    lab = await bench.start();
    await lab.succeeded(lab.domain.actions.verify(backupId));
    await expectAsBefore();
  });
});
