import { expect, test } from 'vitest';
import type { EnergyPoint, EnergyReport } from '../../../main/contract/index.ts';
import { emptiness, energyTotals, spanText, whText } from './energyWords.ts';
import { energyRows, idleSpans, plotData } from './plotData.ts';

const noTotals = { meteredWh: 0, estimatedWh: 0, onMs: 0, idleOffMs: 0, savedWh: 0, savedAtWatts: null };
const report = (
  steps: readonly (Partial<EnergyPoint> & Pick<EnergyPoint, 'source'>)[],
  totals: Partial<EnergyReport['totals']> = {},
): EnergyReport => ({
  boardId: 'a' as EnergyReport['boardId'],
  fromMs: 0,
  toMs: steps.length * 1000,
  stepMs: 1000,
  points: steps.map((step, index) => ({ atMs: index * 1000, watts: null, idleOff: 0, ...step })),
  totals: { ...noTotals, ...totals },
});

test('measured and estimated power are two lines, and what nobody knows is a gap, not zero', () => {
  const [seconds, metered, estimated] = plotData(
    report([{ source: 'metered', watts: 2 }, { source: 'none' }, { source: 'estimated', watts: 5 }]),
  );
  expect(seconds).toEqual([0, 1, 2, 3]);
  expect(metered).toEqual([2, null, null, null]);
  expect(estimated).toEqual([null, null, 5, 5]);
});

test('off is no estimate: it lies on the line the board has when it is on', () => {
  const off = { source: 'estimated', watts: 0 } as const;
  const lines = (totals: object, on: 'metered' | 'estimated') =>
    plotData(report([{ source: on, watts: 3 }, off], totals)).slice(1);
  expect(lines({ meteredWh: 1 }, 'metered')).toEqual([
    [3, 0, 0],
    [null, null, null],
  ]);
  expect(lines({ estimatedWh: 1 }, 'estimated')).toEqual([
    [null, null, null],
    [3, 0, 0],
  ]);
  expect(energyRows(report([off])).map(({ known, watts }) => [known, watts])).toEqual([['off', 0]]);
});

test('idle-off is shaded in whole spans', () => {
  const off = { source: 'metered', watts: 0, idleOff: 1 } as const;
  const on = { source: 'metered', watts: 3, idleOff: 0.2 } as const;
  expect(idleSpans(report([off, off, on, off]))).toEqual([
    { fromMs: 0, toMs: 2000 },
    { fromMs: 3000, toMs: 4000 },
  ]);
});

test('the table says the same in few rows: means of what is known, an estimate wherever one is in it', () => {
  const rows = energyRows(
    report([
      { source: 'metered', watts: 2 },
      { source: 'metered', watts: 4 },
      { source: 'none' },
      { source: 'estimated', watts: 6 },
      { source: 'none', idleOff: 1 },
      { source: 'none', idleOff: 1 },
    ]),
    3,
  );
  expect(rows).toEqual([
    { fromMs: 0, toMs: 2000, watts: 3, known: 'metered', idle: false },
    { fromMs: 2000, toMs: 4000, watts: 6, known: 'estimated', idle: false },
    { fromMs: 4000, toMs: 6000, watts: null, known: 'none', idle: true },
  ]);
});

test('no sum leaves open whether it was measured, and the two are never added up', () => {
  const totals = energyTotals(
    report([], {
      meteredWh: 2,
      estimatedWh: 3,
      onMs: 3_600_000,
      idleOffMs: 60_000,
      savedWh: 1,
      savedAtWatts: 5,
    }),
  );
  expect(
    totals.filter(({ value }) => value.endsWith('Wh')).map(({ value, worth }) => [value, worth]),
  ).toEqual([
    ['2.00 Wh', 'measured'],
    ['3.00 Wh', 'estimate'],
    ['1.00 Wh', 'estimate'],
  ]);
});

test('an empty plot says whether a nameplate would help', () => {
  expect(emptiness(report([{ source: 'none' }], { onMs: 5000 }))).toBe('nothing-known');
  expect(emptiness(report([{ source: 'none' }]))).toBe('never-on');
  expect(emptiness(report([{ source: 'metered', watts: 0 }]))).toBeNull();
});

test('energy and time are said shortly', () => {
  expect([0, 0.41, 3.256, 128.2, 1420].map(whText)).toEqual([
    '0 Wh',
    '410 mWh',
    '3.26 Wh',
    '128 Wh',
    '1.42 kWh',
  ]);
  expect([40_000, 720_000, 12_000_000, 187_200_000, 86_400_000].map(spanText)).toEqual([
    '40 s',
    '12 min',
    '3 h 20 min',
    '2 days 4 h',
    '1 day',
  ]);
});
