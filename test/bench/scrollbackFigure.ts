import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Clock } from '../../main/base/clock.ts';
import { silentLogger } from '../../main/base/logger.ts';
import { Recorder } from '../../main/console/recording/recorder.ts';
import { recordingTimes } from '../../main/console/recording/recordingTimes.ts';
import { Viewer } from '../../main/console/viewer.ts';
import { viewerHistoryBytes } from '../../main/contract/index.ts';
import { consoleText } from './consoleText.ts';
import type { Figure, Reading } from './figure.ts';
import { median, percentile, range, round } from './stats.ts';

const logBytes = 100_000_000;
/** What a fast line brings at once, and how often: the index is as long as that of a real board. */
const arrivalBytes = 1_024;
const arrivalEveryMs = 10;
const rounds = 20;

/** A 100 MB log of one boot: how long until a window has the screen it asked for, as far as the core goes. */
export const scrollbackFigure: Figure = {
  name: 'scrollback',
  title: 'scrollback of a 100 MB boot log',
  run: async (progress) => {
    const folder = mkdtempSync(join(tmpdir(), 'labdeck-bench-scrollback-'));
    try {
      progress('recording 100 MB');
      await record(join(folder, 'main'));
      const times = { start: [] as number[], end: [] as number[], middle: [] as number[] };
      for (let at = 0; at < rounds; at += 1) {
        const beginMs = performance.now();
        const recorder = await Recorder.open(join(folder, 'main'), replayClock, silentLogger);
        times.start.push(performance.now() - beginMs);
        times.end.push(await timed(() => screen(recorder, -1)));
        // Never the same place twice, so that nothing is at hand from the round before.
        const middle = Math.floor(recorder.endOffset / 2) + at * 1_000_000;
        times.middle.push(
          await timed(async () => {
            await screen(recorder, middle);
            await recordingTimes(recorder, middle, middle + viewerHistoryBytes);
          }),
        );
        await recorder.close();
      }
      return {
        readings: [
          reading('the last part, from asking to all of it there', times.end),
          reading('a place in the middle, with its times', times.middle),
          reading('opening the recording at the start', times.start),
        ],
        raw: times,
      };
    } finally {
      rmSync(folder, { recursive: true, force: true });
    }
  },
};

let nowMs = Date.UTC(2026, 0, 1);
const replayClock: Clock = { nowMs: () => nowMs, monotonicMs: () => nowMs, sleep: () => Promise.resolve() };

async function record(folder: string): Promise<void> {
  const steady = { monotonicMs: () => nowMs, sinceBootMs: () => nowMs };
  const recorder = await Recorder.open(folder, replayClock, silentLogger, { steady });
  const text = consoleText(1, logBytes);
  recorder.note('power', { state: 'on' });
  for (let at = 0; at < text.length; at += arrivalBytes) {
    nowMs += arrivalEveryMs;
    recorder.append(text.subarray(at, at + arrivalBytes));
    if (at % (arrivalBytes * 1_000) === 0) await recorder.flush();
  }
  await recorder.close();
}

/** Resolves once a viewer has what it asked for: up to the end, or as much as a screen's history is. */
function screen(recorder: Recorder, fromOffset: number): Promise<void> {
  return new Promise((resolve, reject) => {
    let received = 0;
    const viewer = new Viewer(
      recorder,
      fromOffset,
      (event) => {
        if (event.type === 'ended') reject(new Error(event.message));
        if (event.type !== 'data') return;
        received += event.bytes.length;
        if (received < viewerHistoryBytes) {
          queueMicrotask(() => viewer.ack(event.bytes.length));
          return;
        }
        queueMicrotask(() => viewer.dispose());
        resolve();
      },
      () => {},
      { maxLagBytes: Number.POSITIVE_INFINITY },
    );
  });
}

async function timed(work: () => Promise<void>): Promise<number> {
  const beginMs = performance.now();
  await work();
  return performance.now() - beginMs;
}

function reading(name: string, timesMs: readonly number[]): Reading {
  return {
    name,
    value: percentile(timesMs, 95),
    unit: 'ms',
    goal: { is: 'at most', value: 300 },
    note: `95 % of ${timesMs.length} are faster; median ${round(median(timesMs))} ms, ${range(timesMs)}`,
  };
}
