import { DeleteBackupDialog } from '../features/instances/DeleteBackupDialog.tsx';
import {
  CloneDialog,
  NewPasswordDialog,
  UpgradeAllDialog,
  UpgradeDialog,
} from '../features/instances/LifeDialogs.tsx';
import { NewInstanceDialog } from '../features/instances/NewInstanceDialog.tsx';
import { RemoveInstanceDialog } from '../features/instances/RemoveInstanceDialog.tsx';
import { RestoreDialog } from '../features/instances/RestoreDialog.tsx';
import { NewWatchDialog, RemoveWatchDialog } from '../features/instances/WatchDialogs.tsx';
import type { InstanceDialog } from './instanceDialog.ts';
import { useBench } from './labContext.tsx';

/** Loaded with the first of them; none when what it asks about is gone. */
export function InstanceDialogs({ dialog }: { dialog: InstanceDialog }) {
  switch (dialog.kind) {
    case 'new-instance':
      return <NewInstanceDialog answers={dialog.answers} />;
    case 'upgrade-all':
      return <UpgradeAllDialog />;
    case 'restore':
      return <RestoreDialog backupId={dialog.backupId} name={dialog.name} />;
    case 'delete-backup':
      return <DeleteBackup backupId={dialog.backupId} />;
    case 'new-watch':
      return <NewWatchDialog />;
    case 'remove-watch':
      return <RemoveWatchDialog watchId={dialog.watchId} />;
    default:
      return <InstanceQuestion dialog={dialog} />;
  }
}

type QuestionKind = 'remove-instance' | 'upgrade-instance' | 'clone-instance' | 'new-password';

function InstanceQuestion({ dialog }: { dialog: Extract<InstanceDialog, { kind: QuestionKind }> }) {
  const instance = useBench((state) => state.instances?.find((each) => each.name === dialog.name));
  if (instance === undefined) return null;
  switch (dialog.kind) {
    case 'remove-instance':
      return <RemoveInstanceDialog instance={instance} />;
    case 'upgrade-instance':
      return <UpgradeDialog instance={instance} />;
    case 'clone-instance':
      return <CloneDialog instance={instance} />;
    case 'new-password':
      return <NewPasswordDialog instance={instance} />;
  }
}

function DeleteBackup({ backupId }: { backupId: string }) {
  const backup = useBench((state) => state.backups?.find((each) => each.backupId === backupId));
  return backup === undefined ? null : <DeleteBackupDialog backup={backup} />;
}
