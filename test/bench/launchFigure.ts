import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { setTimeout as sleep } from 'node:timers/promises';
import { desktopEnvironment, sandboxArgs } from './desktopEnvironment.ts';
import { evaluateInPage } from './devTools.ts';
import type { Figure, Reading } from './figure.ts';
import { root } from './paths.ts';
import { endProcess } from './processes.ts';
import { median, range, ratiosOf, round } from './stats.ts';
import { waitFor, withTimeout } from './waiting.ts';

const rounds = 7;
/** Looking earlier than this would slow down what is looked at. */
const lookAfterMs = 1_500;

interface App {
  readonly name: 'labdeck' | 'hello';
  readonly urlStart: string;
  readonly args: (dataDir: string) => readonly string[];
}

const labdeck: App = {
  name: 'labdeck',
  urlStart: 'labdeck://app/',
  args: (dataDir) => [root, '--data', dataDir],
};
const hello: App = {
  name: 'hello',
  urlStart: 'file://',
  args: (dataDir) => [join(root, 'test', 'bench', 'hello'), `--user-data-dir=${dataDir}`],
};

interface Launch {
  /** From the start of the process to the first frame with the app's content. */
  readonly firstPaintMs: number;
  /** From the start of the process until the page began to load. */
  readonly pageMs: number;
}

interface Run {
  readonly labdeck: Launch;
  readonly hello: Launch;
}

/** From the command to the first frame with content, both with caches as warm as on any day but the first. */
export const launchFigure: Figure = {
  name: 'launch',
  title: 'launch to first paint',
  run: async (progress) => {
    const dataDir = mkdtempSync(join(tmpdir(), 'labdeck-bench-launch-'));
    try {
      const once = async (app: App) => await launch(app, join(dataDir, app.name));
      progress('once to warm the caches');
      await once(labdeck);
      await once(hello);
      const runs: Run[] = [];
      for (let at = 1; at <= rounds; at += 1) {
        progress(`round ${at} of ${rounds}`);
        runs.push({ hello: await once(hello), labdeck: await once(labdeck) });
      }
      return { readings: read(runs), raw: runs };
    } finally {
      rmSync(dataDir, { recursive: true, force: true });
    }
  },
};

async function launch(app: App, dataDir: string): Promise<Launch> {
  const { executablePath } = desktopEnvironment();
  const args = [...sandboxArgs, '--remote-debugging-port=0', ...app.args(dataDir)];
  const startMs = Date.now();
  const child = spawn(executablePath, args, { cwd: root, stdio: ['ignore', 'ignore', 'pipe'] });
  try {
    const url = await withTimeout(devToolsUrl(child), 30_000, `${app.name} starts`);
    await sleep(lookAfterMs);
    // A page that is only just being loaded goes away under the question.
    const { originMs, paintMs } = await waitFor(
      () => evaluateInPage(url, app.urlStart, firstPaint).then(asPaint, () => null),
      30_000,
      `${app.name} paints`,
      200,
    );
    return { firstPaintMs: originMs + paintMs - startMs, pageMs: originMs - startMs };
  } finally {
    await endProcess(child);
  }
}

function asPaint(value: unknown): { originMs: number; paintMs: number } | null {
  return (value as { originMs: number; paintMs: number } | undefined) ?? null;
}

/** Runs in the page: waits for both what Chromium and what the page itself say, and takes the later. */
const firstPaint = `(async () => {
  const find = () => [
    performance.getEntriesByName('first-contentful-paint')[0],
    performance.getEntriesByName('labdeck:first-paint')[0],
  ];
  while (find().includes(undefined)) await new Promise((resolve) => setTimeout(resolve, 50));
  return { originMs: performance.timeOrigin, paintMs: Math.max(...find().map((entry) => entry.startTime)) };
})()`;

function devToolsUrl(child: ChildProcess): Promise<string> {
  return new Promise((resolve, reject) => {
    child.once('error', reject);
    child.once('exit', (code) => reject(new Error(`it ended with ${code}`)));
    if (!child.stderr) return;
    createInterface({ input: child.stderr }).on('line', (line) => {
      const url = /^DevTools listening on (ws:\S+)/.exec(line)?.[1];
      if (url) resolve(url);
    });
  });
}

function read(runs: readonly Run[]): Reading[] {
  const ours = runs.map((run) => run.labdeck.firstPaintMs);
  const theirs = runs.map((run) => run.hello.firstPaintMs);
  const ratios = ratiosOf(ours, theirs);
  const page = (app: App['name']) => round(median(runs.map((run) => run[app].pageMs)));
  return [
    {
      name: 'time / hello world',
      value: median(ratios),
      unit: 'x',
      goal: { is: 'at most', value: 1.6 },
      note:
        `${round(median(ours))} against ${round(median(theirs))} ms, of which before the page ${page('labdeck')} ` +
        `and ${page('hello')}; rounds gave ${range(ratios)}`,
    },
  ];
}
