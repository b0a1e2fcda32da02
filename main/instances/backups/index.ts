export type { BackupManifest } from './backupManifest.ts';
export { isBackupDue } from './backupSchedule.ts';
export { BackupStore, type Receiving } from './backupStore.ts';
