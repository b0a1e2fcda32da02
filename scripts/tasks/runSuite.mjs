import { readFile, rm } from 'node:fs/promises';
import { exec, tailOf } from '../base/exec.mjs';
import { countVitest, judgeSuite } from './counts.mjs';

/** @typedef {import('./counts.mjs').Counts} Counts */
/** @typedef {import('./counts.mjs').SuiteResult} SuiteResult */

const shownChars = 30_000;

/**
 * @typedef {object} Suite
 * @property {string} name
 * @property {string[]} argv
 * @property {string} cwd
 * @property {NodeJS.ProcessEnv} [env]
 * @property {number} timeoutMs
 * @property {string} report JSON file the suite writes
 * @property {(report: any) => Counts} [count] for vitest's report when left out
 * @property {'capture' | 'inherit'} [output]
 */

/**
 * Runs a suite of tests and counts what its own report says.
 * @param {Suite} suite
 * @returns {Promise<SuiteResult & { text: string }>} `text`: what it printed, where captured
 */
export async function runSuite(suite) {
  // A report of an earlier run must not speak for this one.
  await rm(suite.report, { force: true });
  const startMs = Date.now();
  const result = await exec(suite.argv, {
    cwd: suite.cwd,
    env: suite.env ?? process.env,
    timeoutMs: suite.timeoutMs,
    output: suite.output ?? 'inherit',
  });
  const reported = await readReport(suite.report, suite.count ?? countVitest);
  const late = result.timedOut ? `\nended: not done within ${suite.timeoutMs / 60_000} minutes` : '';
  const silent = reported ? '' : `\n${suite.name}: no report was written (exit code ${result.code})`;
  return {
    name: suite.name,
    counts: judgeSuite(reported, result.code),
    ms: Date.now() - startMs,
    text: `${tailOf(result, shownChars)}${late}${silent}`,
  };
}

/**
 * @param {string} file
 * @param {(report: any) => Counts} count
 * @returns {Promise<Counts | undefined>}
 */
async function readReport(file, count) {
  try {
    return count(JSON.parse(await readFile(file, 'utf8')));
  } catch {
    return undefined;
  }
}
