import { memo, useState } from 'react';
import { useStore } from 'zustand';
import type { Backup, Instance } from '../../../main/contract/index.ts';
import { useBench, useConnectionPhase, useLab } from '../../app/labContext.tsx';
import { formatBytes } from '../../lib/format/format.ts';
import { Age } from '../../ui/Age.tsx';
import { ProblemLine } from '../../ui/ProblemLine.tsx';
import { StateShape } from '../../ui/StateShape.tsx';
import { CopyLine } from '../console/CopyLine.tsx';
import { dayAndTime } from '../history/formatTimes.ts';
import { isUnderWay } from '../tasks/taskWords.ts';
import classes from './InstancesSection.module.css';
import { holdsText, whyWord } from './instanceWords.ts';
import { TinyProgress } from './TinyProgress.tsx';
import { taskOf } from './timeLeft.ts';

interface Props {
  readonly backup: Backup;
  /** The instance it is shown for; null: in the list of all. */
  readonly into: Instance | null;
}

/** One backup: when and why, what is in it, whether it is known to work, and what to do with it. */
export const BackupItem = memo(function BackupItem({ backup, into }: Props) {
  const { view, actions, connection } = useLab();
  const away = useConnectionPhase() !== 'connected';
  const [path, setPath] = useState(false);
  const { backupId } = backup;
  const place = `backup:${backupId}`;
  const problem = useStore(actions.store, (state) => state.problems[place] ?? null);
  const pending = useStore(actions.store, (state) => place in state.pending);
  const task = useBench((state) => taskOf(state.tasks, { taskId: null, names: [backupId] }));
  const verifying = task !== null && isUnderWay(task) ? task : null;
  // A backup that is no good says so itself; this one could not even be tried.
  const untried =
    task?.state === 'failed' && (backup.verified?.atMs ?? 0) < task.startedAtMs ? task.problem : null;
  const blocked = away || pending || verifying !== null;
  const when = dayAndTime(backup.createdAtMs, Date.now());
  const verify = () => {
    if (!blocked)
      void actions.run(place, 'verify', async () => connection.client().backups.verify({ backupId }));
  };
  return (
    <li className={classes.card} data-testid={`backup-${backupId}`}>
      <div className={classes.row}>
        <h2 className={classes.title}>
          {into === null ? `${backup.instanceName}, ` : ''}
          {when}
        </h2>
        <span className={classes.soft}>{whyWord[backup.why]}</span>
        <span className={`${classes.faint} tabular`}>
          {formatBytes(backup.sizeBytes)}
          {backup.version === null ? '' : ` · LAVA ${backup.version}`}
        </span>
        <span className={classes.spring} />
        <span className={classes.hands}>
          <button
            type="button"
            className="button"
            aria-label={`Restore the backup of ${when}`}
            onClick={() => view.show({ kind: 'restore', backupId, name: into?.name ?? null })}
          >
            Restore…
          </button>
          <button
            type="button"
            className="button"
            aria-disabled={blocked}
            aria-label={`Verify the backup of ${when}`}
            onClick={verify}
          >
            Verify
          </button>
          <button
            type="button"
            className="button"
            aria-expanded={path}
            aria-label={`File of the backup of ${when}`}
            onClick={() => setPath(!path)}
          >
            File
          </button>
          <button
            type="button"
            className="button"
            aria-label={`Delete the backup of ${when}`}
            onClick={() => view.show({ kind: 'delete-backup', backupId })}
          >
            Delete…
          </button>
        </span>
      </div>
      <div className={classes.row}>
        <span className={classes.soft}>{holdsText(backup.holds)}</span>
        {verifying === null ? <Verified verified={backup.verified} /> : <TinyProgress task={verifying} />}
      </div>
      {path ? <CopyLine text={backup.file} /> : null}
      {untried === null ? null : <ProblemLine problem={{ ...untried, code: 'INTERNAL', field: null }} />}
      <ProblemLine problem={problem} onDismiss={() => actions.dismiss(place)} />
    </li>
  );
});

function Verified({ verified }: { verified: Backup['verified'] }) {
  if (verified === null)
    return (
      <span className={classes.state}>
        <StateShape tone="off" sizePx={9} />
        not verified yet
      </span>
    );
  return (
    <span className={classes.state}>
      <StateShape tone={verified.ok ? 'on' : 'bad'} sizePx={9} />
      <span>
        {verified.ok ? 'verified ' : `does not restore: ${verified.detail}, tried `}
        <Age atMs={verified.atMs} />
      </span>
    </span>
  );
}
