import { spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import type { ConsoleInfo } from '../../main/contract/index.ts';
import type { HeadlessHost } from '../fakes/headlessHost.ts';
import { addBoard, recordingFile, withHost } from './benchHost.ts';
import { consoleText } from './consoleText.ts';
import type { Figure, Reading } from './figure.ts';
import { GarbageCollector } from './garbage.ts';
import { endProcess, pssBytes } from './processes.ts';
import { PtyLines } from './ptyLines.ts';
import { median, round } from './stats.ts';
import { shareByTelnet, TelnetReader } from './telnetReader.ts';
import { waitFor } from './waiting.ts';

/** Far more than a UART, so that what a reader can leave lying about fills up in seconds. */
const pace = { bytesPerSecond: 1_500_000, seconds: 40, tickMs: 10 } as const;
const printedBytes = pace.bytesPerSecond * pace.seconds;
/** Reader and core reach their steady state first. */
const warmMs = 8_000;
const sampleEveryMs = 500;
const sampledMs = 12_000;
const flushedAfterMs = 500;
const boardName = 'chatty';

interface Measured {
  /** PSS of the core, its garbage collected, while both readers read, and while one is stopped. */
  readonly pssReading: readonly number[];
  readonly pssStopped: readonly number[];
  readonly slowReaderLetGo: boolean;
  readonly readerDiffers: boolean;
  readonly recordingDiffers: boolean;
}

/** One of two telnet readers of a console is stopped (SIGSTOP) in the middle: who notices. */
export const slowReaderFigure: Figure = {
  name: 'slow',
  title: `one of two telnet readers stopped, at ${pace.bytesPerSecond / 1e6} MB/s`,
  run: async (progress) => {
    const lines = await PtyLines.open(1);
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
  await addBoard(host, boardName, lines.devices[0] ?? '');
  const port = await shareByTelnet(host, boardName);
  const reader = TelnetReader.open(port);
  const garbage = await GarbageCollector.attach(host);
  const doomed = spawn('socat', ['-u', `TCP:127.0.0.1:${port}`, 'OPEN:/dev/null'], { stdio: 'ignore' });
  try {
    await waitFor(async () => ((await clients(host)) === 2 ? true : null), 5_000, 'both readers are in');
    await reader.settled();
    const printing = lines.drip(pace);
    await sleep(warmMs);
    progress('both readers read');
    const pssReading = await samplePss(host.pid, garbage);
    doomed.kill('SIGSTOP');
    progress('one is stopped');
    const pssStopped = await samplePss(host.pid, garbage);
    await printing;
    await reader.receives(printedBytes, 10_000);
    await sleep(flushedAfterMs);
    return {
      pssReading,
      pssStopped,
      slowReaderLetGo: (await clients(host)) === 1,
      readerDiffers: sha256(reader.text()) !== sha256(consoleText(0, printedBytes)),
      recordingDiffers:
        sha256(readFileSync(recordingFile(dataDir, boardName))) !== sha256(consoleText(0, printedBytes)),
    };
  } finally {
    garbage.close();
    reader.close();
    doomed.kill('SIGCONT');
    await endProcess(doomed);
  }
}

async function samplePss(pid: number, garbage: GarbageCollector): Promise<number[]> {
  const samples: number[] = [];
  const endMs = performance.now() + sampledMs;
  while (performance.now() < endMs) {
    await garbage.collect();
    samples.push(pssBytes(pid));
    await sleep(sampleEveryMs);
  }
  return samples;
}

async function clients(host: HeadlessHost): Promise<number> {
  const { body } = await host.rest('GET', `/boards/${boardName}/consoles`);
  return (body as ConsoleInfo[])[0]?.sharing.clients.length ?? 0;
}

function read(measured: Measured): Reading[] {
  const { pssReading, pssStopped, slowReaderLetGo, readerDiffers, recordingDiffers } = measured;
  const mega = (bytes: readonly number[]) => round(median(bytes) / 1e6);
  return [
    {
      name: 'memory the stopped reader costs',
      value: (median(pssStopped) - median(pssReading)) / 1e6,
      unit: 'MB',
      goal: { is: 'at most', value: 2 },
      note: `median PSS of the core without garbage: ${mega(pssReading)} MB before, ${mega(pssStopped)} MB while it is stopped`,
    },
    {
      name: 'streams that noticed',
      value: Number(readerDiffers) + Number(recordingDiffers),
      unit: 'files',
      goal: { is: 'at most', value: 0 },
      note: `the other reader and the recording, ${round(printedBytes / 1e6)} MB each, by SHA-256`,
    },
    {
      name: 'slow readers still held',
      value: slowReaderLetGo ? 0 : 1,
      unit: 'files',
      goal: { is: 'at most', value: 0 },
      note: 'it is to be let go once it is 4 MiB behind',
    },
  ];
}

function sha256(bytes: Buffer): string {
  return createHash('sha256').update(bytes).digest('hex');
}
