import { Archive } from 'lucide-react';
import { useBench, useLab } from '../../app/labContext.tsx';
import { countOf, formatBytes } from '../../lib/format/format.ts';
import { EmptyState } from '../../ui/EmptyState.tsx';
import { BackupItem } from './BackupItem.tsx';
import classes from './InstancesSection.module.css';

/** The backups of all instances, also of those that are gone. */
export function BackupsPage() {
  const { view } = useLab();
  const backups = useBench((state) => state.backups);
  if (backups === null)
    return (
      <div className={classes.list} role="status" aria-label="Loading the backups">
        <div className={classes.skeleton} />
      </div>
    );
  const bytes = backups.reduce((sum, backup) => sum + backup.sizeBytes, 0);
  const fromFile = (
    <button
      type="button"
      className="button"
      onClick={() => view.show({ kind: 'restore', backupId: null, name: null })}
    >
      Restore from a file…
    </button>
  );
  if (backups.length === 0)
    return (
      <EmptyState icon={<Archive size={24} />} title="No backups">
        <p>Backups of your instances are listed here. They stay when an instance is removed.</p>
        {fromFile}
      </EmptyState>
    );
  return (
    <>
      <div className={classes.bar}>
        <p role="status">
          {countOf(backups.length, 'backup')}, {formatBytes(bytes)}
        </p>
        <span className={classes.spring} />
        {fromFile}
      </div>
      <ul className={classes.list} aria-label="Backups, newest first">
        {backups.map((backup) => (
          <BackupItem key={backup.backupId} backup={backup} into={null} />
        ))}
      </ul>
    </>
  );
}
