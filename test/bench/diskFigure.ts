import { createHash } from 'node:crypto';
import { mkdtempSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { withHost } from './benchHost.ts';
import { consoleText } from './consoleText.ts';
import type { Figure, Reading } from './figure.ts';
import { cpuSeconds } from './processes.ts';
import { PtyLines } from './ptyLines.ts';
import { allRecorders, type RecorderUnderTest } from './recorders.ts';
import { median, range, ratiosOf, round } from './stats.ts';
import { waitFor } from './waiting.ts';

const rounds = 5;
const seed = 1;
const floodTimeoutMs = 30_000;

interface Run {
  readonly recorder: string;
  readonly round: number;
  readonly megabytesPerSecond: number;
  /** Of the recorder's process alone; the kernel's part on its behalf included. */
  readonly cpuSecondsPerGigabyte: number;
  readonly identical: boolean;
}

/** From a pty to a file, as fast as the far end can print: who takes how much. */
export const diskFigure: Figure = {
  name: 'disk',
  title: 'pty to recording on disk',
  run: async (progress) => {
    const folder = mkdtempSync(join(tmpdir(), 'labdeck-bench-disk-'));
    try {
      return await withHost(async (host, dataDir) => {
        const recorders = allRecorders(host, dataDir);
        const runs: Run[] = [];
        for (let round = 1; round <= rounds; round += 1)
          for (const recorder of recorders.filter((each) => each.installed)) {
            progress(`${recorder.name}, round ${round} of ${rounds}`);
            runs.push({ round, ...(await measure(recorder, folder)) });
          }
        return { readings: read(recorders, runs), raw: runs };
      });
    } finally {
      rmSync(folder, { recursive: true, force: true });
    }
  },
};

async function measure(recorder: RecorderUnderTest, folder: string): Promise<Omit<Run, 'round'>> {
  const lines = await PtyLines.open(1);
  try {
    const { bytes, heldBackBytes } = recorder;
    await lines.prepare(seed, bytes);
    const running = await recorder.start(lines.devices[0] ?? '', folder);
    try {
      const cpuBefore = cpuSeconds(running.pid);
      const flooded = lines.flood(floodTimeoutMs);
      // Its own failure is reported below, unless the wait fails first.
      flooded.catch(() => {});
      const recorded = bytes - heldBackBytes;
      const endNs = await waitFor(
        () => (statSync(running.file).size >= recorded ? process.hrtime.bigint() : null),
        floodTimeoutMs,
        `${recorder.name} records ${recorded} bytes`,
        2,
      );
      const cpu = cpuSeconds(running.pid) - cpuBefore;
      const seconds = Number(endNs - BigInt((await flooded).startNs)) / 1e9;
      if (heldBackBytes > 0) await running.stop();
      return {
        recorder: recorder.name,
        megabytesPerSecond: recorded / 1e6 / seconds,
        cpuSecondsPerGigabyte: cpu / (recorded / 1e9),
        identical: sha256(readFileSync(running.file)) === sha256(consoleText(seed, bytes)),
      };
    } finally {
      await running.stop();
      rmSync(running.file, { force: true });
    }
  } finally {
    await lines.close();
  }
}

function read(recorders: readonly RecorderUnderTest[], runs: readonly Run[]): Reading[] {
  const of = (name: string) => runs.filter((run) => run.recorder === name);
  const speeds = (name: string) => of(name).map((run) => run.megabytesPerSecond);
  const cpu = (name: string) => round(median(of(name).map((run) => run.cpuSecondsPerGigabyte)));
  const others = recorders.filter(({ name }) => name !== 'labdeck');
  const wrong = runs.filter((run) => !run.identical);
  return [
    ...others.map(({ name, installed }): Reading => {
      const ratios = ratiosOf(speeds('labdeck'), speeds(name));
      return {
        name: `speed / ${name}`,
        value: installed ? median(ratios) : null,
        unit: 'x',
        goal: name === 'picocom' ? { is: 'at least', value: 1.5 } : null,
        note: installed
          ? `${round(median(speeds('labdeck')))} against ${round(median(speeds(name)))} MB/s; ` +
            `CPU ${cpu('labdeck')} against ${cpu(name)} s/GB; rounds gave ${range(ratios)}`
          : `${name} is not installed`,
      };
    }),
    {
      name: 'CPU per byte / picocom',
      value: installedCpuRatio(runs),
      unit: 'x',
      goal: { is: 'at most', value: 1.5 },
      note: `${cpu('labdeck')} against ${cpu('picocom')} s/GB`,
    },
    {
      name: 'recordings unlike what was printed',
      value: wrong.filter((run) => run.recorder === 'labdeck').length,
      unit: 'files',
      goal: { is: 'at most', value: 0 },
      note: `of ${of('labdeck').length}; of the others: ${wrong.filter((run) => run.recorder !== 'labdeck').length}`,
    },
  ];
}

/** Round by round; null where picocom is not installed. */
function installedCpuRatio(runs: readonly Run[]): number | null {
  const of = (name: string) =>
    runs.filter((run) => run.recorder === name).map((run) => run.cpuSecondsPerGigabyte);
  const ratios = ratiosOf(of('labdeck'), of('picocom'));
  return ratios.length === 0 ? null : median(ratios);
}

function sha256(bytes: Buffer): string {
  return createHash('sha256').update(bytes).digest('hex');
}
