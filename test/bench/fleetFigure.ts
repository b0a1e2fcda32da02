import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import type { HeadlessHost } from '../fakes/headlessHost.ts';
import { addBoard, recordingFile, withHost } from './benchHost.ts';
import { consoleText } from './consoleText.ts';
import type { Figure, Reading } from './figure.ts';
import { cpuSeconds, pssBytes } from './processes.ts';
import { PtyLines } from './ptyLines.ts';
import { round } from './stats.ts';
import { shareByTelnet, TelnetReader } from './telnetReader.ts';

const boards = 64;
const pace = { bytesPerSecond: 11_500, seconds: 25, tickMs: 10 } as const;
const printedBytes = pace.bytesPerSecond * pace.seconds;
/** Memory and CPU are taken within the stream, not while it starts or ends. */
const marginMs = 2_000;
/** Starting costs more than running; what it left behind is collected meanwhile. */
const calmMs = 3_000;
/** Its last bytes are with the kernel by then. */
const flushedAfterMs = 500;

interface Measured {
  /** Of one core, by the whole process, in percent. */
  readonly cpuPercent: number;
  readonly pssBeforeBytes: number;
  readonly pssActiveBytes: number;
  /** The busiest the process was at memory, sampled each second. */
  readonly pssSamples: readonly number[];
  readonly lostBytes: number;
  readonly differing: readonly string[];
  /** Boards whose telnet reader did not get exactly what was printed. */
  readonly readersDiffering: readonly string[];
  /** How late, at worst, the generator gave a line its turn, in milliseconds. */
  readonly generatorLatestMs: number;
}

/**
 * A full bench: every console of 64 boards prints all the time at 115,200 baud; one core records it all and hands
 * each console to a telnet reader.
 */
export const fleetFigure: Figure = {
  name: 'fleet',
  title: `${boards} consoles at ${pace.bytesPerSecond / 1000} kB/s each, recorded by one core, one telnet reader each`,
  run: async (progress) => {
    const lines = await PtyLines.open(boards);
    try {
      const measured = await withHost((host, dataDir) => measure(lines, host, dataDir, progress));
      return { readings: read(measured), raw: measured };
    } finally {
      await lines.close();
    }
  },
};

async function measure(
  lines: PtyLines,
  host: HeadlessHost,
  dataDir: string,
  progress: (text: string) => void,
): Promise<Measured> {
  await sleep(calmMs);
  const pssBeforeBytes = pssBytes(host.pid);
  const readers: TelnetReader[] = [];
  for (const [at, device] of lines.devices.entries()) {
    await addBoard(host, boardName(at), device);
    readers.push(TelnetReader.open(await shareByTelnet(host, boardName(at))));
  }
  await Promise.all(readers.map((reader) => reader.settled()));
  progress(`${boards} boards print for ${pace.seconds} s`);
  const printing = lines.drip(pace);
  await sleep(marginMs);
  const cpuBefore = cpuSeconds(host.pid);
  const startMs = performance.now();
  const pssSamples: number[] = [];
  while (performance.now() - startMs < pace.seconds * 1000 - 2 * marginMs) {
    await sleep(1000);
    pssSamples.push(pssBytes(host.pid));
  }
  const cpuPercent = ((cpuSeconds(host.pid) - cpuBefore) / (performance.now() - startMs)) * 1e5;
  const { latestMs } = await printing;
  await sleep(flushedAfterMs);
  for (const reader of readers) reader.close();
  return {
    cpuPercent,
    pssBeforeBytes,
    pssActiveBytes: pssSamples.at(-1) ?? Number.NaN,
    pssSamples,
    ...check(dataDir),
    readersDiffering: readers.flatMap((reader, at) =>
      sha256(reader.text()) === sha256(consoleText(at, printedBytes)) ? [] : [boardName(at)],
    ),
    generatorLatestMs: latestMs,
  };
}

function check(dataDir: string): Pick<Measured, 'lostBytes' | 'differing'> {
  const differing: string[] = [];
  let lostBytes = 0;
  for (let at = 0; at < boards; at += 1) {
    const recorded = readFileSync(recordingFile(dataDir, boardName(at)));
    lostBytes += Math.max(0, printedBytes - recorded.length);
    if (sha256(recorded) !== sha256(consoleText(at, printedBytes))) differing.push(boardName(at));
  }
  return { lostBytes, differing };
}

function read(measured: Measured): Reading[] {
  const {
    cpuPercent,
    pssBeforeBytes,
    pssActiveBytes,
    lostBytes,
    differing,
    readersDiffering,
    generatorLatestMs,
  } = measured;
  const mega = (bytes: number) => round(bytes / 1e6);
  return [
    {
      name: 'bytes lost',
      value: lostBytes,
      unit: 'bytes',
      goal: { is: 'at most', value: 0 },
      note: `${boards * printedBytes} printed; generator at worst ${round(generatorLatestMs)} ms late`,
    },
    {
      name: 'recordings unlike what was printed',
      value: differing.length,
      unit: 'files',
      goal: { is: 'at most', value: 0 },
      note: differing.join(', ') || `of ${boards}, by SHA-256`,
    },
    {
      name: 'telnet streams unlike what was printed',
      value: readersDiffering.length,
      unit: 'files',
      goal: { is: 'at most', value: 0 },
      note: readersDiffering.join(', ') || `of ${boards}, by SHA-256`,
    },
    {
      name: 'CPU of the core',
      value: cpuPercent,
      unit: '%',
      goal: { is: 'at most', value: 40 },
      note: 'of one processor core, user and system',
    },
    {
      name: 'memory per board',
      value: (pssActiveBytes - pssBeforeBytes) / boards / 1e6,
      unit: 'MB',
      goal: { is: 'at most', value: 2 },
      note: `PSS ${mega(pssBeforeBytes)} MB without a board, ${mega(pssActiveBytes)} MB with ${boards}`,
    },
  ];
}

function boardName(at: number): string {
  return `fleet-${at}`;
}

function sha256(bytes: Buffer): string {
  return createHash('sha256').update(bytes).digest('hex');
}
