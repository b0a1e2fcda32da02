import type { Backup } from '../../contract/index.ts';

type Why = Backup['why'];

/** What a backup's file name says: all of its record that its content does not. */
export interface BackupName {
  readonly createdAtMs: number;
  readonly why: Why;
}

const pattern =
  /^(\d{4}-\d{2}-\d{2})T(\d{2})-(\d{2})-(\d{2})-(\d{3})Z-(by-hand|scheduled|before-upgrade|before-restore|imported)(?:-\d+)?$/;

/** `2026-01-31T04-05-06-789Z-scheduled`, without an ending; `-2` and so on behind it where that is taken. */
export function formatBackupName({ createdAtMs, why }: BackupName, attempt = 1): string {
  const at = new Date(createdAtMs).toISOString().replace(/[:.]/g, '-');
  return `${at}-${why}${attempt === 1 ? '' : `-${attempt}`}`;
}

/** null: no name of ours. */
export function parseBackupName(name: string): BackupName | null {
  const [, date, hours, minutes, seconds, ms, why] = pattern.exec(name) ?? [];
  if (date === undefined) return null;
  const createdAtMs = Date.parse(`${date}T${hours}:${minutes}:${seconds}.${ms}Z`);
  return Number.isNaN(createdAtMs) ? null : { createdAtMs, why: why as Why };
}
