import type { Backup } from '../../../main/contract/index.ts';
import type { Figure } from '../figure.ts';
import type { Timed } from './benchLab.ts';
import type { InstancesBench } from './instancesBench.ts';

/** What keeps data and moves it, of an instance without jobs. For comparison: there is no goal. */
export function backupFigure(bench: InstancesBench): Figure {
  return {
    name: 'backup',
    title: 'backup, restore and clone of an instance without jobs',
    run: (progress) =>
      bench.withLab(progress, async (lab) => {
        await lab.install('first');
        progress('backup');
        const backup = await lab.timed('POST', '/instances/first/backup');
        const [made] = await lab.call<Backup[]>('GET', '/instances/first/backups');
        if (!made) throw new Error('the backup is not listed');
        progress('restore');
        const restore = await lab.timed('POST', '/instances/restored/restore', {
          from: { backupId: made.backupId },
        });
        progress('clone');
        const clone = await lab.timed('POST', '/instances/first/clone', { as: 'cloned', withData: true });
        const reading = (name: string, timed: Timed, note: string) =>
          ({ name, value: timed.seconds, unit: 's', goal: null, note }) as const;
        return {
          readings: [
            reading('backup', backup, `${Math.ceil(made.sizeBytes / 1000)} kB, while it runs`),
            reading('restore into a new instance', restore, 'until all its parts are well'),
            reading('clone with its data', clone, 'as an upgrade does: backup, new instance, restore'),
          ],
          raw: { backup, restore, clone, sizeBytes: made.sizeBytes },
        };
      }),
  };
}
