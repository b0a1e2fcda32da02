import { expect, test } from 'vitest';
import type { BootStage } from '../../../main/contract/index.ts';
import { describeStage, stageShares } from './bootWords.ts';

const stage = (label: string, atMs: number, durationMs: number | null): BootStage => ({
  stage: label.toLowerCase(),
  label,
  fault: false,
  offset: 0,
  atMs,
  durationMs,
  text: '',
});

const failed = (stages: BootStage[]) => ({ stages, outcome: 'failed' as const });

test('segments fill the bar, and the shortest can still be seen', () => {
  const shares = stageShares(
    failed([stage('SPL', 0, 1), stage('U-Boot', 1, 999), stage('Kernel', 1000, 9000)]),
    0,
  );
  expect(shares.reduce((sum, share) => sum + share, 0)).toBeCloseTo(100);
  expect(shares[0]).toBeGreaterThan(2);
  expect(shares[2]).toBeGreaterThan(80);
});

test('stages without a length share the bar evenly', () => {
  expect(stageShares(failed([stage('A', 0, 0), stage('B', 0, 0)]), 0)).toEqual([50, 50]);
  expect(stageShares(failed([]), 0)).toEqual([]);
});

test('days at the login prompt do not make the boot before it invisible', () => {
  const stages = [stage('U-Boot', 0, 1000), stage('Kernel', 1000, 3000), stage('Login', 4000, 9e8)];
  const shares = stageShares({ stages, outcome: 'good' }, 0);
  expect(shares[1]).toBeGreaterThan(65);
  expect(shares[2]).toBeLessThan(5);
});

test('the stage under way grows with the clock', () => {
  expect(describeStage(stage('Kernel', 1000, null), 3500)).toBe('Kernel, 2.5 s so far');
  expect(describeStage(stage('U-Boot', 0, 1200), 3500)).toBe('U-Boot, 1.2 s');
});
