import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Page } from '@playwright/test';
import { withAppOn } from './benchApp.ts';
import { consoleText } from './consoleText.ts';
import type { Figure, Reading } from './figure.ts';
import { root } from './paths.ts';
import { PtyLines } from './ptyLines.ts';
import { median, range, ratiosOf, round } from './stats.ts';
import { measureTerminalAlone } from './terminalAlone.ts';
import { withTimeout } from './waiting.ts';
import './streamWatch.ts';

const rounds = 5;
const seed = 1;
const pieceBytes = 1024 * 1024;
const pieces = 32;
const bytes = pieces * pieceBytes;
const timeoutMs = 60_000;

interface Run {
  readonly aloneMegabytesPerSecond: number;
  readonly appMegabytesPerSecond: number;
  /** What the window left out to keep up; the recording has it. */
  readonly skippedBytes: number;
}

/** A flood through the whole app to its terminal, against that terminal fed from memory, in the same window. */
export const screenFigure: Figure = {
  name: 'screen',
  title: 'pty to screen',
  run: async (progress) => {
    const lines = await PtyLines.open(1);
    try {
      await lines.prepare(seed, bytes);
      const runs = await withAppOn(lines.devices[0] ?? '', async (page) => {
        await page.evaluate(readFileSync(join(root, 'node_modules/@xterm/xterm/lib/xterm.js'), 'utf8'));
        const all: Run[] = [];
        for (let at = 1; at <= rounds; at += 1) {
          progress(`round ${at} of ${rounds}`);
          all.push({ aloneMegabytesPerSecond: await alone(page), ...(await through(page, lines)) });
        }
        return all;
      });
      return { readings: read(runs), raw: runs };
    } finally {
      await lines.close();
    }
  },
};

async function alone(page: Page): Promise<number> {
  const text = consoleText(seed, pieceBytes).toString('latin1');
  const measuring = page.evaluate(measureTerminalAlone, { text, times: pieces });
  const ms = await withTimeout(measuring, timeoutMs, 'term.write alone');
  return bytes / 1000 / ms;
}

async function through(
  page: Page,
  lines: PtyLines,
): Promise<Pick<Run, 'appMegabytesPerSecond' | 'skippedBytes'>> {
  // Before the first byte can come.
  const flood = await page.evaluateHandle((flooded) => {
    const { benchWatch: watch } = window;
    const parsed = watch.parsedBytes();
    const skipped = watch.skippedBytes();
    const parsedAll = watch.parsedUpTo(watch.offset() + flooded);
    const done = watch.nextData().then(async (startMs) => ({
      ms: (await parsedAll) - startMs,
      parsed: watch.parsedBytes() - parsed,
      skipped: watch.skippedBytes() - skipped,
    }));
    return { done };
  }, bytes);
  await lines.flood(timeoutMs);
  const done = flood.evaluate(({ done }) => done);
  const { ms, parsed, skipped } = await withTimeout(done, timeoutMs, 'the window parses the flood');
  return { appMegabytesPerSecond: parsed / 1000 / ms, skippedBytes: skipped };
}

function read(runs: readonly Run[]): Reading[] {
  const app = runs.map((run) => run.appMegabytesPerSecond);
  const alone = runs.map((run) => run.aloneMegabytesPerSecond);
  const ratios = ratiosOf(app, alone);
  const skipped = round(median(runs.map((run) => run.skippedBytes)) / 1e6);
  return [
    {
      name: 'speed / term.write alone',
      value: median(ratios),
      unit: 'x',
      goal: { is: 'at least', value: 0.5 },
      note:
        `${round(median(app))} against ${round(median(alone))} MB/s; rounds gave ${range(ratios)}; ` +
        `left out to keep up: ${skipped} of ${round(bytes / 1e6)} MB`,
    },
  ];
}
