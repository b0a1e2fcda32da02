import type { Boot, BootStage } from '../../../main/contract/index.ts';
import type { Tone } from '../../ui/StateShape.tsx';
import { formatDuration } from './formatTimes.ts';

export const outcomeWord: Readonly<Record<Boot['outcome'], string>> = {
  running: 'Running',
  good: 'Good',
  short: 'Ended early',
  failed: 'Failed',
};

export const outcomeTone: Readonly<Record<Boot['outcome'], Tone>> = {
  running: 'busy',
  good: 'on',
  short: 'unknown',
  failed: 'bad',
};

export const begunWord: Readonly<Record<Boot['begun'], string>> = {
  'power-on': 'Power on',
  banner: 'By itself',
};

/**
 * How long a boot took: a good one until it had come as far as it wanted, since what follows is use; any other
 * one to its end, or to now.
 */
export function bootDurationMs(boot: Boot, nowMs: number): number {
  const arrivedAtMs = boot.stages[arrival(boot)]?.atMs;
  return Math.max(0, (arrivedAtMs ?? boot.endedAtMs ?? nowMs) - boot.startedAtMs);
}

/** Which stage a good boot was after: its last step forward. -1 for any other boot. */
function arrival({ stages, outcome }: Pick<Boot, 'stages' | 'outcome'>): number {
  return outcome === 'good' ? stages.findLastIndex((stage) => !stage.fault) : -1;
}

export function stageDurationMs(stage: BootStage, nowMs: number): number {
  return stage.durationMs ?? Math.max(0, nowMs - stage.atMs);
}

/** `U-Boot, 1.2 s`. */
export function describeStage(stage: BootStage, nowMs: number): string {
  const duration = formatDuration(stageDurationMs(stage, nowMs));
  return stage.durationMs === null ? `${stage.label}, ${duration} so far` : `${stage.label}, ${duration}`;
}

/** Each stage's share of the whole, in percent; the shortest still wide enough to be seen and caught. */
export function stageShares(
  boot: Pick<Boot, 'stages' | 'outcome'>,
  nowMs: number,
  leastPercent = 4,
): number[] {
  const { stages } = boot;
  // The last stage of a good boot lasts as long as the board is used: it is where the boot ends.
  const arrived = arrival(boot);
  const durations = stages.map((stage, at) => (at === arrived ? 0 : stageDurationMs(stage, nowMs)));
  const total = durations.reduce((sum, ms) => sum + ms, 0);
  const even = stages.length === 0 ? 0 : 100 / stages.length;
  const least = Math.min(leastPercent, even);
  const shares = durations.map((ms) => (total === 0 ? even : Math.max(least, (100 * ms) / total)));
  const sum = shares.reduce((all, share) => all + share, 0);
  return shares.map((share) => (100 * share) / sum);
}
