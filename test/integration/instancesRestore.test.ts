import { copyFileSync, truncateSync } from 'node:fs';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { replaceSteps } from '../../main/instances/work/replace.ts';
import { backUpHome, expectAsBefore, startWithHome } from '../fakes/instances/homeInstance.ts';
import type { InstancesBench, Lab } from '../fakes/instances/instancesBench.ts';

let bench: InstancesBench;
let lab: Lab;
beforeEach(async () => {
  ({ bench, lab } = await startWithHome());
});
afterEach(() => bench.dispose());

describe('a restore', () => {
  test('brings back what there was, keeps what was there now, and the known password works', async () => {
    const made = await backUpHome(lab);
    bench.addJob('home');
    const { password } = await lab.domain.access.newPassword('home', undefined);
    await lab.succeeded((await lab.domain.requests.restore('home', made, undefined)).taskId);
    expect(bench.data('home').jobs).toHaveLength(1);
    expect(bench.data('home').users).toEqual([{ name: 'admin', password }]);
    expect(lab.domain.backups.list().map(({ why }) => why)).toContain('before-restore');
  });

  test.each(replaceSteps)('that is cancelled in step %s leaves it as it was', async (step) => {
    const made = await backUpHome(lab);
    const { taskId } = await lab.domain.requests.restore('home', made, undefined);
    await lab.inStep(taskId, step);
    lab.tasks.cancel(taskId);
    const { state } = await lab.ended(taskId);
    if (state !== 'succeeded') await expectAsBefore(bench, lab);
  });

  test('of a damaged backup is refused before anything is touched', async () => {
    const { file, backupId } = await backUpHome(lab);
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
    await expectAsBefore(bench, lab);
  });

  test('into a new one of one that was removed has its users, jobs and password', async () => {
    const made = await backUpHome(lab);
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
    const made = await backUpHome(lab);
    const { taskId } = await lab.domain.requests.restore('home', made, undefined);
    await lab.inStep(taskId, 'snapshot');
    await lab.domain.removeBackup(made.backupId);
    const task = await lab.ended(taskId);
    if (task.state === 'failed') await expectAsBefore(bench, lab);
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
      await expectAsBefore(bench, lab);
    }
  });
});
