import type { Backup, BackupPolicy } from '../../contract/index.ts';

const dayMs = 24 * 3_600_000;
/** Of those made before an upgrade or a restore; older ones give a way back to nowhere. */
const keepBeforeChanges = 3;

/** A backup that is known not to restore is no reason to let another one go. */
const isGood = (backup: Backup) => backup.verified?.ok !== false;

/**
 * Which of one instance's backups may go. Those made by hand or brought in stay; of the scheduled ones `keep` stay,
 * younger than `maxAgeDays`; of those made before a change the last three. The newest good one of all always stays.
 *
 * Age is time in which backups were made: more than `maxAgeDays` without a single one is a clock that leapt, or a
 * machine that was off, and makes none of those before it older.
 */
export function toPrune(backups: readonly Backup[], policy: BackupPolicy, nowMs: number): Backup[] {
  const newestFirst = [...backups].sort((a, b) => b.createdAtMs - a.createdAtMs);
  const scheduled = newestFirst.filter(({ why }) => why === 'scheduled');
  const changes = newestFirst.filter(({ why }) => why === 'before-upgrade' || why === 'before-restore');
  const maxAgeMs = policy.maxAgeDays === null ? Number.POSITIVE_INFINITY : policy.maxAgeDays * dayMs;
  const lastGood = newestFirst.find(isGood);
  return [
    ...beyond(scheduled, policy.keep),
    ...tooOld(scheduled, maxAgeMs, nowMs),
    ...beyond(changes, keepBeforeChanges),
  ].filter((backup, index, all) => backup !== lastGood && all.indexOf(backup) === index);
}

function tooOld(newestFirst: readonly Backup[], maxAgeMs: number, nowMs: number): Backup[] {
  let ageMs = 0;
  let nextMs = nowMs;
  return newestFirst.filter(({ createdAtMs }) => {
    // One of the future was made under a wrong clock.
    const gapMs = Math.max(nextMs - createdAtMs, 0);
    if (gapMs <= maxAgeMs) ageMs += gapMs;
    nextMs = Math.min(nextMs, createdAtMs);
    return ageMs > maxAgeMs;
  });
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
