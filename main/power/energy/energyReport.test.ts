import { expect, test } from 'vitest';
import { reportEnergy } from './energyReport.ts';
import type { EnergySpan } from './spans.ts';

const hour = 3_600_000;
const span = (
  fromMs: number,
  toMs: number,
  state: EnergySpan['state'],
  watts: number | null = null,
  idle = false,
): EnergySpan => ({ fromMs, toMs, state, watts, idle });
const day = { fromMs: 0, toMs: 4 * hour, stepMs: hour, nameplateWatts: null };

test('metered energy is the mean of each step and sums up to watt-hours', () => {
  // 6 W for half an hour, 2 W for an hour and a half: 3 + 3 Wh.
  const spans = [span(0, hour / 2, 'on', 6), span(hour / 2, 2 * hour, 'on', 2)];
  const { points, totals } = reportEnergy(spans, day);
  expect(points).toEqual([
    { atMs: 0, watts: 4, source: 'metered', idleOff: 0 },
    { atMs: hour, watts: 2, source: 'metered', idleOff: 0 },
    { atMs: 2 * hour, watts: null, source: 'none', idleOff: 0 },
    { atMs: 3 * hour, watts: null, source: 'none', idleOff: 0 },
  ]);
  expect(totals).toMatchObject({ meteredWh: 6, estimatedWh: 0, onMs: 2 * hour, savedWh: 0 });
});

test('without a meter on is the nameplate, off is none, and unknown is not known', () => {
  const spans = [span(0, hour, 'on'), span(hour, 2 * hour, 'off'), span(2 * hour, 3 * hour, 'unknown')];
  const { points, totals } = reportEnergy(spans, { ...day, nameplateWatts: 5 });
  expect(points.map(({ watts, source }) => [watts, source])).toEqual([
    [5, 'estimated'],
    [0, 'estimated'],
    [null, 'none'],
    [null, 'none'],
  ]);
  expect(totals).toMatchObject({ meteredWh: 0, estimatedWh: 5, onMs: hour });
});

test('without a meter and without a nameplate nothing is made up', () => {
  const { points, totals } = reportEnergy([span(0, 2 * hour, 'on')], day);
  expect(points.every(({ watts, source }) => watts === null && source === 'none')).toBe(true);
  expect(totals).toMatchObject({ meteredWh: 0, estimatedWh: 0, onMs: 2 * hour });
});

test('a step with any estimate in it is called an estimate; its mean is over what is known', () => {
  // Half an hour at 8 W metered, a quarter at 4 W by the nameplate, a quarter nobody was there.
  const spans = [span(0, hour / 2, 'on', 8), span(hour / 2, (hour * 3) / 4, 'on')];
  const [point] = reportEnergy(spans, { ...day, nameplateWatts: 4 }).points;
  expect(point).toMatchObject({ source: 'estimated' });
  expect(point?.watts).toBeCloseTo(20 / 3);
});

test('a meter counts in standby too', () => {
  const { points, totals } = reportEnergy([span(0, hour, 'off', 0.5)], { ...day, nameplateWatts: 5 });
  expect(points[0]).toMatchObject({ watts: 0.5, source: 'metered' });
  expect(totals).toMatchObject({ meteredWh: 0.5, estimatedWh: 0, onMs: 0 });
});

test('a meter that shows nothing has measured that', () => {
  const [point] = reportEnergy([span(0, hour, 'off', 0)], { ...day, nameplateWatts: 5 }).points;
  expect(point).toMatchObject({ watts: 0, source: 'metered' });
});

test('idle-off saves what the board took the last time it was on, by its meter', () => {
  // The time on before lies before the range: 30 min at 10 W, 30 min at 4 W, that is 7 W.
  const spans = [
    span(-9 * hour, -8 * hour, 'on', 99),
    span(-8 * hour, -2 * hour, 'off', 0),
    span(-2 * hour, -1.5 * hour, 'on', 10),
    span(-1.5 * hour, -hour, 'on', 4),
    span(-hour, 2 * hour, 'off', 0, true),
    span(2 * hour, 3 * hour, 'on', 6),
    span(3 * hour, 4 * hour, 'off', 0),
  ];
  const { points, totals } = reportEnergy(spans, { ...day, nameplateWatts: 20 });
  expect(points.map(({ idleOff }) => idleOff)).toEqual([1, 1, 0, 0]);
  expect(totals).toMatchObject({ idleOffMs: 2 * hour, savedWh: 14, savedAtWatts: 7, meteredWh: 6 });
});

test('idle-off without a meter is reckoned by the nameplate, and without both not at all', () => {
  const spans = [span(0, hour, 'on'), span(hour, 2.5 * hour, 'off', null, true)];
  expect(reportEnergy(spans, { ...day, nameplateWatts: 6 }).totals).toMatchObject({
    savedWh: 9,
    savedAtWatts: 6,
  });
  const { points, totals } = reportEnergy(spans, day);
  expect(totals).toMatchObject({ idleOffMs: 1.5 * hour, savedWh: 0, savedAtWatts: null });
  expect(points.map(({ idleOff }) => idleOff)).toEqual([0, 1, 0.5, 0]);
});

test('a range that does not divide ends with a shorter step', () => {
  const { points } = reportEnergy([span(0, 10 * hour, 'on', 3)], { ...day, toMs: 2.5 * hour });
  expect(points.map(({ watts }) => watts)).toEqual([3, 3, 3]);
});

test('a clock that was put back counts an hour twice as energy, not as double power', () => {
  const spans = [span(0, hour, 'on', 5), span(0, hour, 'off', 0, true)];
  const { points, totals } = reportEnergy(spans, day);
  expect(points[0]).toEqual({ atMs: 0, watts: 2.5, source: 'metered', idleOff: 1 });
  expect(totals.meteredWh).toBe(5);
});
