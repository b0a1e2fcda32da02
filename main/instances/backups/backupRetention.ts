import type { Backup, BackupPolicy } from '../../contract/index.ts';

const dayMs = 24 * 3_600_000;
/** Of those made before an upgrade or a restore; older ones give a way back to nowhere. */
const keepBeforeChanges = 3;

/** A backup that is known not to restore is no reason to let another one go. */
const isGood = (backup: Backup) => backup.verified?.ok !== false;

/**
 * Which of one instance's backups may go. Those made by hand or brought in stay; of the scheduled ones `keep` stay,
 * younger than `maxAgeDays`; of those made before a change the last three. The newest good one of all always stays.
 */
export function toPrune(backups: readonly Backup[], policy: BackupPolicy, nowMs: number): Backup[] {
  const newestFirst = [...backups].sort((a, b) => b.createdAtMs - a.createdAtMs);
  const scheduled = newestFirst.filter(({ why }) => why === 'scheduled');
  const changes = newestFirst.filter(({ why }) => why === 'before-upgrade' || why === 'before-restore');
  const maxAgeMs = policy.maxAgeDays === null ? Number.POSITIVE_INFINITY : policy.maxAgeDays * dayMs;
  const lastGood = newestFirst.find(isGood);
  return [
    ...beyond(scheduled, policy.keep),
    ...scheduled.filter(({ createdAtMs }) => nowMs - createdAtMs > maxAgeMs),
    ...beyond(changes, keepBeforeChanges),
  ].filter((backup, index, all) => backup !== lastGood && all.indexOf(backup) === index);
}

/** Those with `keep` good ones newer than themselves. */
function beyond(newestFirst: readonly Backup[], keep: number): Backup[] {
  let good = 0;
  return newestFirst.filter((backup) => {
    const goes = good >= keep;
    if (isGood(backup)) good += 1;
    return goes;
  });
}
