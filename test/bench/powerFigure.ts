import { setTimeout as sleep } from 'node:timers/promises';
import type { HeadlessHost } from '../fakes/headlessHost.ts';
import { withHost } from './benchHost.ts';
import type { Figure, Reading } from './figure.ts';
import { PlugServer } from './plugServer.ts';
import { PowerWatch } from './powerWatch.ts';
import { median, percentile, range, round } from './stats.ts';
import { waitFor } from './waiting.ts';

const boards = 64;
const clients = 8;
const staggerMs = 100;
/** All of them may take so long, beyond the stagger. */
const withinMs = 30_000;

interface Measured {
  /** Between one plug's power-on and the next, in milliseconds. */
  readonly gapsMs: readonly number[];
  /** From the plug's answer until a client heard of it, one for each board and client. */
  readonly heardMs: readonly number[];
  readonly missed: number;
}

/** A shelf of plugs, switched on one after another and watched by several clients. */
export const powerFigure: Figure = {
  name: 'power',
  title: `${boards} boards on network plugs, switched on ${staggerMs} ms apart, ${clients} clients`,
  run: async (progress) => {
    const plugs = await PlugServer.start();
    try {
      const measured = await withHost((host) => measure(host, plugs, progress));
      return { readings: read(measured), raw: measured };
    } finally {
      await plugs.close();
    }
  },
};

async function measure(
  host: HeadlessHost,
  plugs: PlugServer,
  progress: (text: string) => void,
): Promise<Measured> {
  const names = Array.from({ length: boards }, (_, at) => `plug-${at}`);
  for (const [at, name] of names.entries()) {
    const { status, body } = await host.rest('POST', '/boards', {
      name,
      power: { kind: 'tasmota', url: plugs.urlOf(at) },
    });
    if (status !== 201) throw new Error(`${name} was not added: ${JSON.stringify(body)}`);
  }
  progress('all off');
  await switchMany(host, plugs, names, 'off', 0);
  // What is told of the last of them must not be counted below.
  await sleep(500);
  plugs.switched.length = 0;
  const watches = await Promise.all(Array.from({ length: clients }, () => PowerWatch.open(host)));
  progress(`on, ${staggerMs} ms apart`);
  await switchMany(host, plugs, names, 'on', staggerMs);
  await sleep(500);
  for (const watch of watches) watch.close();
  const times = plugs.switched.map(({ atMs }) => atMs);
  const heardMs: number[] = [];
  let missed = 0;
  for (const { plug, atMs } of plugs.switched)
    for (const watch of watches) {
      const heard = watch.heard.find((one) => one.boardId === names[plug] && one.commanded === 'on');
      if (heard) heardMs.push(heard.atMs - atMs);
      else missed += 1;
    }
  return { gapsMs: times.slice(1).map((atMs, at) => atMs - (times[at] ?? atMs)), heardMs, missed };
}

async function switchMany(
  host: HeadlessHost,
  plugs: PlugServer,
  boardIds: readonly string[],
  state: 'on' | 'off',
  stagger: number,
): Promise<void> {
  const before = plugs.switched.length;
  const { status, body } = await host.rest('POST', '/power', { boardIds, state, staggerMs: stagger });
  if (status !== 202) throw new Error(`not switched: ${JSON.stringify(body)}`);
  const all = () => (plugs.switched.length - before >= boards ? true : null);
  await waitFor(all, withinMs + boards * stagger, `all are ${state}`, 50);
}

function read({ gapsMs, heardMs, missed }: Measured): Reading[] {
  return [
    {
      name: 'stagger / as configured',
      value: median(gapsMs) / staggerMs,
      unit: 'x',
      goal: { is: 'at least', value: 0.95 },
      note: `${range(gapsMs)} ms between two boards`,
    },
    {
      name: 'driver’s answer until every client knows, p99',
      value: percentile(heardMs, 99),
      unit: 'ms',
      goal: { is: 'at most', value: 50 },
      note: `p50 ${round(median(heardMs))} ms; with the plug asked back in between`,
    },
    {
      name: 'changes a client did not hear of',
      value: missed,
      unit: 'items',
      goal: { is: 'at most', value: 0 },
      note: `of ${boards * clients}`,
    },
  ];
}
