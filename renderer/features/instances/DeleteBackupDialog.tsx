import type { Backup } from '../../../main/contract/index.ts';
import { useLab } from '../../app/labContext.tsx';
import { ConfirmDialog } from '../../ui/ConfirmDialog.tsx';
import { dayAndTime } from '../history/formatTimes.ts';
import { holdsText } from './instanceWords.ts';

export function DeleteBackupDialog({ backup }: { backup: Backup }) {
  const { view, connection } = useLab();
  const { backupId, instanceName } = backup;
  return (
    <ConfirmDialog
      title="Delete this backup?"
      action="Delete"
      grave
      onClose={() => view.show(null)}
      run={async () => connection.client().backups.remove({ backupId })}
    >
      <p>
        {instanceName}, {dayAndTime(backup.createdAtMs, Date.now())}: {holdsText(backup.holds)}. It cannot be
        brought back.
      </p>
    </ConfirmDialog>
  );
}
