import { expect, test } from 'vitest';
import { addCounts, countPlaywright, countVitest, judgeSuite, summaryLine } from './counts.mjs';

test('vitest results are counted one by one, a file that could not run as one failure', () => {
  const report = {
    testResults: [
      {
        status: 'failed',
        assertionResults: [
          { status: 'passed' },
          { status: 'failed' },
          { status: 'skipped' },
          { status: 'todo' },
        ],
      },
      { status: 'failed', assertionResults: [] },
      { status: 'passed', assertionResults: [{ status: 'passed' }] },
    ],
  };
  expect(countVitest(report)).toEqual({ passed: 2, failed: 2, skipped: 2 });
});

test('Playwright results are counted in nested suites, errors outside tests as failures', () => {
  const report = {
    errors: [{ message: 'no such module' }],
    suites: [
      {
        specs: [{ tests: [{ status: 'expected' }] }],
        suites: [
          { specs: [{ tests: [{ status: 'unexpected' }, { status: 'skipped' }, { status: 'flaky' }] }] },
        ],
      },
    ],
  };
  expect(countPlaywright(report)).toEqual({ passed: 2, failed: 2, skipped: 1 });
});

test('a suite that crashed, ran nothing or wrote no report is a failure', () => {
  expect(judgeSuite({ passed: 3, failed: 0, skipped: 0 }, 1).failed).toBe(1);
  expect(judgeSuite({ passed: 0, failed: 0, skipped: 4 }, 0).failed).toBe(1);
  expect(judgeSuite(undefined, 0).failed).toBe(1);
});

test('a failure is not counted twice for its exit code', () => {
  expect(judgeSuite({ passed: 3, failed: 2, skipped: 0 }, 1)).toEqual({ passed: 3, failed: 2, skipped: 0 });
});

test('the last line tells the truth about skipped tests', () => {
  const total = addCounts([
    { passed: 1, failed: 0, skipped: 0 },
    { passed: 2, failed: 1, skipped: 0 },
  ]);
  expect(summaryLine(total)).toBe('3 passed, 1 failed');
  expect(summaryLine({ ...total, skipped: 2 })).toBe('3 passed, 1 failed, 2 skipped');
});
