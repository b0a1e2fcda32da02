import { mkdir } from 'node:fs/promises';
import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import { exec, tailOf } from '../base/exec.mjs';
import { root } from '../base/paths.mjs';
import { note, seconds } from '../base/progress.mjs';
import { RunnerError } from '../base/runnerError.mjs';
import { ensureDependencies } from '../setup/npmCi.mjs';
import { checkSteps } from './checkSteps.mjs';
import { addCounts, summaryLine } from './counts.mjs';
import { runSuite } from './runSuite.mjs';

/** @typedef {import('./checkSteps.mjs').CheckStep} CheckStep */
/** @typedef {import('./counts.mjs').SuiteResult} SuiteResult */

// Enough for every complaint of a bad day, not for a linter gone wild.
const shownChars = 30_000;
const stepTimeoutMs = 5 * 60_000;

/**
 * `npm run check [-- --only lint,types,boundaries,unit]`.
 * @param {string[]} args
 */
export async function run(args) {
  await ensureDependencies(root);
  const results = await runChecks(onlyOf(args));
  const total = addCounts(results.map(({ counts }) => counts));
  process.stdout.write(`${summaryLine(total)}\n`);
  if (total.failed > 0) process.exitCode = 1;
}

/**
 * Runs the steps, as many at a time as there are processors, and prints each one's output when it is done.
 * @param {string[]} [only] groups; all when left out
 * @returns {Promise<SuiteResult[]>}
 */
export async function runChecks(only) {
  const reports = join(root, 'dist', '.reports');
  await mkdir(reports, { recursive: true });
  const steps = checkSteps(root, reports);
  const queue = only ? steps.filter(({ group }) => only.includes(group)) : [...steps];
  /** @type {SuiteResult[]} */
  const results = [];
  const worker = async () => {
    for (let step = queue.shift(); step; step = queue.shift()) {
      const result = await runStep(step);
      results.push(result);
      report(result);
    }
  };
  await Promise.all(Array.from({ length: Math.max(2, availableParallelism()) }, worker));
  return results;
}

/** @param {string[]} args */
function onlyOf(args) {
  const at = args.findIndex((arg) => arg === '--only' || arg.startsWith('--only='));
  if (at < 0) return undefined;
  const value = args[at]?.split('=')[1] ?? args[at + 1] ?? '';
  const groups = [...new Set(checkSteps(root, '').map(({ group }) => group))];
  const only = value.split(',').filter(Boolean);
  const unknown = only.filter((each) => !groups.includes(each));
  if (only.length === 0 || unknown.length > 0) {
    throw new RunnerError(`--only: there is no step "${unknown.join(', ')}"`, `Steps: ${groups.join(', ')}.`);
  }
  return only;
}

/** @param {CheckStep} step @returns {Promise<SuiteResult & { text: string }>} */
async function runStep(step) {
  if (step.vitestReport) {
    return runSuite({
      name: step.name,
      argv: step.argv,
      cwd: root,
      timeoutMs: stepTimeoutMs,
      report: step.vitestReport,
      output: 'capture',
    });
  }
  const startMs = Date.now();
  const result = await exec(step.argv, { cwd: root, timeoutMs: stepTimeoutMs });
  const failed = result.code === 0 ? 0 : 1;
  return {
    name: step.name,
    counts: { passed: 1 - failed, failed, skipped: 0 },
    ms: Date.now() - startMs,
    text: tailOf(result, shownChars),
  };
}

/** @param {SuiteResult & { text: string }} result */
function report({ name, counts, ms, text }) {
  if (counts.failed === 0) return note(`${name}: ok, ${summaryLine(counts)} in ${seconds(ms)}`);
  note(`${name}: FAILED after ${seconds(ms)}\n${text}\n`);
}
