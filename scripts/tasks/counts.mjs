/** @typedef {{ passed: number, failed: number, skipped: number }} Counts */

/** @typedef {{ name: string, counts: Counts, ms: number }} SuiteResult */

/** @returns {Counts} */
export const noTests = () => ({ passed: 0, failed: 0, skipped: 0 });

/**
 * @param {Counts[]} all
 * @returns {Counts}
 */
export function addCounts(all) {
  const sum = noTests();
  for (const { passed, failed, skipped } of all) {
    sum.passed += passed;
    sum.failed += failed;
    sum.skipped += skipped;
  }
  return sum;
}

/**
 * Counts from vitest's JSON reporter. A file that failed without a failed test (it could not be imported, or a
 * hook outside any test threw) counts as one failure.
 * @param {{ testResults: { status: string, assertionResults: { status: string }[] }[] }} report
 * @returns {Counts}
 */
export function countVitest(report) {
  const counts = noTests();
  for (const file of report.testResults) {
    const before = counts.failed;
    for (const { status } of file.assertionResults) {
      if (status === 'passed') counts.passed++;
      else if (status === 'failed') counts.failed++;
      else counts.skipped++;
    }
    if (file.status === 'failed' && counts.failed === before) counts.failed++;
  }
  return counts;
}

/**
 * @typedef {object} PlaywrightSuite
 * @property {PlaywrightSuite[]} [suites]
 * @property {{ tests: { status: string }[] }[]} [specs]
 */

/**
 * Counts from Playwright's JSON reporter. Errors outside any test (a file that can't be loaded, a global set-up)
 * count as one failure each. A flaky test passed in the end.
 * @param {{ suites: PlaywrightSuite[], errors?: unknown[] }} report
 * @returns {Counts}
 */
export function countPlaywright(report) {
  const counts = noTests();
  counts.failed += report.errors?.length ?? 0;
  /** @param {PlaywrightSuite} suite */
  const visit = (suite) => {
    for (const { tests } of suite.specs ?? []) {
      for (const { status } of tests) {
        if (status === 'expected' || status === 'flaky') counts.passed++;
        else if (status === 'skipped') counts.skipped++;
        else counts.failed++;
      }
    }
    suite.suites?.forEach(visit);
  };
  report.suites.forEach(visit);
  return counts;
}

/**
 * What a suite counts for: its report, made true where the report is silent. A suite that ended badly with no
 * failed test, or ran no test at all, is a failure.
 * @param {Counts | undefined} reported undefined when there is no readable report
 * @param {number} exitCode
 * @returns {Counts}
 */
export function judgeSuite(reported, exitCode) {
  const counts = reported ?? noTests();
  const ran = counts.passed + counts.failed;
  if (counts.failed === 0 && (exitCode !== 0 || ran === 0)) return { ...counts, failed: 1 };
  return counts;
}

/**
 * The last line of a test run.
 * @param {Counts} counts
 */
export function summaryLine({ passed, failed, skipped }) {
  return `${passed} passed, ${failed} failed${skipped > 0 ? `, ${skipped} skipped` : ''}`;
}

/**
 * A table of suites for people, without the final line.
 * @param {SuiteResult[]} results
 */
export function suiteTable(results) {
  const width = Math.max(...results.map(({ name }) => name.length));
  return results
    .map(({ name, counts, ms }) => {
      const verdict = counts.failed > 0 ? 'FAILED' : 'ok';
      return `  ${name.padEnd(width)}  ${verdict.padEnd(6)}  ${`${(ms / 1000).toFixed(1)} s`.padStart(8)}  ${summaryLine(counts)}`;
    })
    .join('\n');
}
