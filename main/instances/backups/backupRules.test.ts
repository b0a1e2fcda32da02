import { expect, test } from 'vitest';
import type { Backup, BackupPolicy } from '../../contract/index.ts';
import { toPrune } from './backupRetention.ts';
import { isBackupDue } from './backupSchedule.ts';

const hourMs = 3_600_000;
const dayMs = 24 * hourMs;
const nowMs = Date.UTC(2026, 5, 1);
const policy: BackupPolicy = { everyHours: 24, keep: 3, maxAgeDays: null };

function made(ageDays: number, why: Backup['why'] = 'scheduled', ok: boolean | null = null): Backup {
  return {
    backupId: `${ageDays}-${why}`,
    instanceKey: 'k',
    instanceName: 'home',
    version: null,
    source: null,
    createdAtMs: nowMs - ageDays * dayMs,
    sizeBytes: 1,
    sha256: '',
    why,
    holds: { jobs: 0, devices: 0, users: 0 },
    verified: ok === null ? null : { atMs: nowMs, ok, detail: '' },
    file: '',
  };
}
const ids = (backups: readonly Backup[]) => backups.map(({ backupId }) => backupId);

test('of the scheduled ones as many stay as the policy says, and none that was made by hand ever goes', () => {
  const all = [made(5), made(1), made(3), made(2), made(4), made(400, 'by-hand'), made(300, 'imported')];
  expect(ids(toPrune(all, policy, nowMs))).toEqual(['4-scheduled', '5-scheduled']);
});

test('scheduled ones go by age too, but not the last good one', () => {
  const aged = { ...policy, keep: 100, maxAgeDays: 10 };
  expect(ids(toPrune([made(9), made(11), made(12)], aged, nowMs))).toEqual(['11-scheduled', '12-scheduled']);
  const bad = [made(5, 'scheduled', false), made(11, 'scheduled', false)];
  expect(ids(toPrune([...bad, made(12), made(13)], aged, nowMs))).toEqual(['11-scheduled', '13-scheduled']);
});

test('one that does not restore drives out no other', () => {
  const all = [made(1, 'scheduled', false), made(2, 'scheduled', false), made(3), made(4), made(5)];
  expect(toPrune(all, policy, nowMs)).toEqual([]);
  expect(ids(toPrune([...all, made(6)], policy, nowMs))).toEqual(['6-scheduled']);
});

test('of those made before a change three stay, whatever the schedule keeps', () => {
  const all = [1, 2, 3, 4, 5].map((age) => made(age, age % 2 ? 'before-upgrade' : 'before-restore'));
  expect(ids(toPrune(all, { ...policy, keep: 1 }, nowMs))).toEqual(['4-before-restore', '5-before-upgrade']);
});

test('a clock that stepped back makes nothing too old', () => {
  const all = [made(-400), made(-401)];
  expect(toPrune(all, { ...policy, maxAgeDays: 1 }, nowMs)).toEqual([]);
});

test('a clock that leaps ahead makes nothing too old, neither at once nor with the backups that follow', () => {
  const aged = { ...policy, keep: 100, maxAgeDays: 30 };
  const before = [1, 2, 3, 28].map((age) => made(age));
  const leapt = (day: number) => nowMs + (400 + day) * dayMs;
  const after = [...before];
  for (let day = 0; day < 3; day += 1) {
    after.push({ ...made(0), backupId: `leapt-${day}`, createdAtMs: leapt(day) });
    expect(ids(toPrune(after, aged, leapt(day)))).toEqual([]);
  }
  // Time that does pass under the new clock counts again.
  for (let day = 3; day <= 28; day += 1) after.push({ ...made(0), createdAtMs: leapt(day) });
  expect(ids(toPrune(after, aged, leapt(28)))).toEqual(['28-scheduled']);
  // And back again.
  expect(toPrune(after, aged, nowMs)).toEqual([]);
});

/** Lives through `hours`, looking every 10 minutes, and counts the backups made. */
function live(hours: number, options: { from: number; backups: Backup[]; fails?: boolean }): number {
  let count = 0;
  let failedAtMs: number | null = null;
  for (let atMs = options.from; atMs < options.from + hours * hourMs; atMs += hourMs / 6) {
    const { backups } = options;
    if (!isBackupDue({ policy, backups, sinceMs: nowMs - dayMs * 30, failedAtMs, nowMs: atMs })) continue;
    count += 1;
    if (options.fails) failedAtMs = atMs;
    else backups.push({ ...made(0), createdAtMs: atMs });
  }
  return count;
}

test('a backup is due once in each interval, and at once when one was missed', () => {
  expect(live(24 * 3, { from: nowMs, backups: [] })).toBe(3);
  expect(live(1, { from: nowMs, backups: [made(0.5)] })).toBe(0);
  expect(live(1, { from: nowMs, backups: [made(9)] })).toBe(1);
});

test('without a schedule none is due, and a new instance gets its first after an interval', () => {
  const input = { policy, backups: [], sinceMs: nowMs - hourMs, failedAtMs: null, nowMs };
  expect(isBackupDue(input)).toBe(false);
  expect(isBackupDue({ ...input, nowMs: nowMs + dayMs })).toBe(true);
  expect(isBackupDue({ ...input, nowMs: nowMs + dayMs, policy: { ...policy, everyHours: null } })).toBe(
    false,
  );
});

test('one made by hand does not stand for a scheduled one', () => {
  expect(live(1, { from: nowMs, backups: [made(0.1, 'by-hand')] })).toBe(1);
});

test('a clock that steps back by a month makes neither a flood nor a month without backups', () => {
  const backups: Backup[] = [];
  expect(live(24, { from: nowMs, backups })).toBe(1);
  expect(live(24 * 3, { from: nowMs - 20 * dayMs, backups })).toBe(3);
});

test('a clock that steps a year ahead and back again makes no flood', () => {
  const backups: Backup[] = [];
  expect(live(12, { from: nowMs, backups })).toBe(1);
  expect(live(12, { from: nowMs + 365 * dayMs, backups })).toBe(1);
  expect(live(10, { from: nowMs + 12 * hourMs, backups })).toBe(0);
  expect(live(6, { from: nowMs + 22 * hourMs, backups })).toBe(1);
});

test('one that fails is tried again after an hour, not at every look', () => {
  expect(live(5, { from: nowMs, backups: [], fails: true })).toBe(5);
});
