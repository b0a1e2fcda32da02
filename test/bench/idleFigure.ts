import { setTimeout as sleep } from 'node:timers/promises';
import type { HeadlessHost } from '../fakes/headlessHost.ts';
import { withHost } from './benchHost.ts';
import type { Figure, Reading } from './figure.ts';
import { PlugServer } from './plugServer.ts';
import { cpuSeconds } from './processes.ts';
import { PtyLines } from './ptyLines.ts';
import { round } from './stats.ts';
import { waitFor } from './waiting.ts';

const boards = 64;
/** What opening the consoles left to do is done by then. */
const calmMs = 10_000;
const watchedMs = 60_000;

/** A bench at night: every console open, nothing printed, nobody asks. */
export const idleFigure: Figure = {
  name: 'idle',
  title: `${boards} boards, consoles open, no output`,
  run: async (progress) => {
    const plugs = await PlugServer.start();
    try {
      const cables = await onLines((lines) =>
        withHost((host) =>
          measure(host, progress, lines, (at) => ({
            kind: 'acm-cable',
            match: { by: 'device', value: lines.devices[boards + at] },
          })),
        ),
      );
      const network = await onLines((lines) =>
        withHost((host) =>
          measure(host, progress, lines, (at) => ({ kind: 'tasmota', url: plugs.urlOf(at) })),
        ),
      );
      return { readings: read(cables, network), raw: { cables, network } };
    } finally {
      await plugs.close();
    }
  },
};

/** Fresh ptys for each: a far end that saw its reader go is done. */
async function onLines<T>(use: (lines: PtyLines) => Promise<T>): Promise<T> {
  const lines = await PtyLines.open(2 * boards);
  try {
    return await use(lines);
  } finally {
    await lines.close();
  }
}

/** CPU of the core in percent of one processor core, by 10 s each. */
async function measure(
  host: HeadlessHost,
  progress: (text: string) => void,
  lines: PtyLines,
  powerOf: (at: number) => Readonly<Record<string, unknown>>,
): Promise<readonly number[]> {
  for (let at = 0; at < boards; at += 1) {
    const { status, body } = await host.rest('POST', '/boards', {
      name: `idle-${at}`,
      consoles: [{ match: { by: 'device', value: lines.devices[at] } }],
      power: powerOf(at),
    });
    if (status !== 201) throw new Error(`idle-${at} was not added: ${JSON.stringify(body)}`);
    // A board that is off has no console to open.
    await host.rest('PUT', `/boards/idle-${at}/power`, { state: 'on' });
  }
  for (let at = 0; at < boards; at += 1) await consoleOpen(host, `idle-${at}`);
  progress(`${boards} boards rest for ${watchedMs / 1000} s`);
  await sleep(calmMs);
  const samples: number[] = [];
  for (let took = 0; took < watchedMs; took += 10_000) {
    const before = cpuSeconds(host.pid);
    const startMs = performance.now();
    await sleep(10_000);
    samples.push(((cpuSeconds(host.pid) - before) / (performance.now() - startMs)) * 1e5);
  }
  return samples;
}

async function consoleOpen(host: HeadlessHost, board: string): Promise<void> {
  const isOpen = async () => {
    const { body } = await host.rest('GET', `/boards/${board}/consoles`);
    return (body as { state: string }[])[0]?.state === 'open' ? true : null;
  };
  await waitFor(isOpen, 20_000, `${board} opens its console`, 100);
}

function read(cables: readonly number[], network: readonly number[]): Reading[] {
  const mean = (values: readonly number[]) => values.reduce((sum, value) => sum + value, 0) / values.length;
  const samples = (values: readonly number[]) =>
    `10 s each: ${values.map((value) => round(value)).join(', ')}`;
  return [
    {
      name: 'CPU of the core, power cables',
      value: mean(cables),
      unit: '%',
      goal: { is: 'at most', value: 1 },
      note: samples(cables),
    },
    {
      name: 'CPU of the core, network plugs that are asked',
      value: mean(network),
      unit: '%',
      goal: null,
      note: samples(network),
    },
  ];
}
