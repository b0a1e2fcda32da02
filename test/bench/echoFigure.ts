import { execFileSync, spawn } from 'node:child_process';
import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Page } from '@playwright/test';
import { withAppOn } from './benchApp.ts';
import { type Echo, watchEchoes } from './echoWatch.ts';
import type { Figure, Reading } from './figure.ts';
import { childScript } from './paths.ts';
import { endProcess } from './processes.ts';
import { percentile, round } from './stats.ts';
import { waitFor } from './waiting.ts';

const keys = 400;
/** The first ones find cold code, as no one's ten-thousandth does. */
const warmUpKeys = 30;
/** Faster than anyone types, and never in step with the display's frames. */
const pauseMs = { least: 25, most: 60 } as const;

/** A key, pressed in the focused terminal, through window, core and pty to an echo and all the way back. */
export const echoFigure: Figure = {
  name: 'echo',
  title: `keystroke to its echo on screen, ${keys} keys`,
  run: async (progress) => {
    const folder = mkdtempSync(join(tmpdir(), 'labdeck-bench-echo-'));
    const device = join(folder, 'tty');
    // The shortest far end there is: what comes in goes out.
    const socat = spawn('socat', [`pty,raw,echo=0,link=${device}`, 'PIPE'], { stdio: 'ignore' });
    try {
      await waitFor(() => (existsSync(device) ? true : null), 5000, 'socat makes a pty');
      progress('the pty alone');
      const bareUs = bareRoundTrips(device);
      progress(`${keys} keys through the app`);
      const echoes = await withAppOn(device, typeKeys);
      return { readings: read(echoes, bareUs), raw: { echoes, bareUs } };
    } finally {
      await endProcess(socat);
      rmSync(folder, { recursive: true, force: true });
    }
  },
};

function bareRoundTrips(device: string): number[] {
  const argv = [childScript('roundTrips'), device, String(keys)];
  return JSON.parse(execFileSync(process.execPath, argv, { timeout: 20_000, encoding: 'utf8' })) as number[];
}

async function typeKeys(page: Page): Promise<readonly Echo[]> {
  await page.locator('[data-testid="terminal"]').click();
  await page.evaluate(watchEchoes);
  for (let at = 0; at < warmUpKeys + keys; at += 1) {
    await page.keyboard.press('abcdefghijklmnopqrstuvwxyz'.charAt(at % 26));
    await sleep(pauseMs.least + Math.random() * (pauseMs.most - pauseMs.least));
    // Asked only now, so that asking does not disturb; the next key waits for one that is still on its way.
    await waitFor(
      () => page.evaluate(() => (window.benchPending() ? null : true)),
      2000,
      'the echo of a key',
    );
  }
  return (await page.evaluate(() => window.benchEchoes)).slice(warmUpKeys);
}

function read(echoes: readonly Echo[], bareUs: readonly number[]): Reading[] {
  const at = (p: number, part: keyof Echo) =>
    percentile(
      echoes.map((echo) => echo[part]),
      p,
    );
  const parts = (p: number) =>
    `heard ${round(at(p, 'heardMs'))}, sent ${round(at(p, 'sentMs'))}, received ${round(at(p, 'receivedMs'))}, ` +
    `drawn ${round(at(p, 'drawnMs'))} ms`;
  const bare = (p: number) => percentile(bareUs, p) / 1000;
  return [
    { name: 'p50', value: at(50, 'onScreenMs'), unit: 'ms', goal: null, note: parts(50) },
    {
      name: 'p99',
      value: at(99, 'onScreenMs'),
      unit: 'ms',
      goal: { is: 'at most', value: 10 },
      note: parts(99),
    },
    {
      name: 'p50 through core and back / the pty alone',
      value: at(50, 'receivedMs') / bare(50),
      unit: 'x',
      goal: null,
      note: `the pty alone: p50 ${round(bare(50))}, p99 ${round(bare(99))} ms`,
    },
  ];
}
