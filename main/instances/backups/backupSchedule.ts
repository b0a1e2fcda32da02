import type { Backup, BackupPolicy } from '../../contract/index.ts';

const hourMs = 3_600_000;
/** After one that failed the next try is this far away, or an interval where that is shorter. */
const retryAfterMs = hourMs;

interface ScheduleInput {
  readonly policy: BackupPolicy;
  /** Of this instance; only the scheduled ones count. */
  readonly backups: readonly Pick<Backup, 'createdAtMs' | 'why'>[];
  /** When the instance was made: the first backup is due an interval later. */
  readonly sinceMs: number;
  /** When one was last tried and failed; null: never. */
  readonly failedAtMs: number | null;
  readonly nowMs: number;
}

/**
 * Whether a scheduled backup is due. What is dated in the future was made under a wrong clock and does not count:
 * so after the clock stepped back there is one backup at once and then the interval again, neither none nor many.
 */
export function isBackupDue({ policy, backups, sinceMs, failedAtMs, nowMs }: ScheduleInput): boolean {
  if (policy.everyHours === null) return false;
  const everyMs = policy.everyHours * hourMs;
  if (failedAtMs !== null && isWithin(failedAtMs, Math.min(everyMs, retryAfterMs), nowMs)) return false;
  const made = backups.filter(({ why }) => why === 'scheduled').map(({ createdAtMs }) => createdAtMs);
  return ![sinceMs, ...made].some((atMs) => isWithin(atMs, everyMs, nowMs));
}

const isWithin = (atMs: number, ms: number, nowMs: number) => atMs <= nowMs && nowMs - atMs < ms;
