import { setTimeout as sleep } from 'node:timers/promises';
import type { Figure, Reading } from '../figure.ts';
import { median, range, round } from '../stats.ts';
import type { BenchLab } from './benchLab.ts';
import type { InstancesBench } from './instancesBench.ts';
import { containerPids, cpuSecondsOf, pssBytesOf, treePids } from './processTrees.ts';

const names = ['one', 'two', 'three', 'four', 'five', 'six', 'seven', 'eight'] as const;
/** What starting leaves to do is done by then. */
const calmMs = 30_000;
const measureMs = 60_000;

interface Measured {
  /** From the first request until all are well. */
  readonly installSeconds: number;
  readonly running: number;
  /** All in percent of one core. */
  readonly labdeckPercent: number;
  /** Of that, what its children use that run all the time, as the engine's command that tells of events. */
  readonly childrenPercent: number;
  readonly instancePercents: readonly number[];
  readonly instanceBytes: readonly number[];
}

/** As many as the machine is to bear, asked for at once; what they and Labdeck cost while nobody uses them. */
export function eightFigure(bench: InstancesBench): Figure {
  return {
    name: 'eight',
    title: `${names.length} instances at once, idle`,
    run: (progress) =>
      bench.withLab(progress, async (lab) => {
        const measured = await measure(lab, progress);
        return { readings: read(measured), raw: measured };
      }),
  };
}

async function measure(lab: BenchLab, progress: (text: string) => void): Promise<Measured> {
  progress(`installing ${names.length} at once`);
  const startMs = performance.now();
  await Promise.all(names.map((name) => lab.install(name)));
  const installSeconds = (performance.now() - startMs) / 1000;
  const inits = await Promise.all(names.map((name) => lab.initPid(name)));
  // An open window is told of each change.
  const unwatch = await lab.watch();
  try {
    await sleep(calmMs);
    progress(`all run; measuring for ${measureMs / 1000} s`);
    const before = times(lab.pid, inits);
    await sleep(measureMs);
    const after = times(lab.pid, inits);
    const percent = (from: number | undefined, to: number | undefined) =>
      (((to ?? Number.NaN) - (from ?? Number.NaN)) / (after.atSeconds - before.atSeconds)) * 100;
    const states = await Promise.all(names.map(async (name) => (await lab.instance(name)).state));
    return {
      installSeconds,
      running: states.filter((state) => state === 'running').length,
      labdeckPercent: percent(before.labdeck, after.labdeck),
      childrenPercent: percent(before.children, after.children),
      instancePercents: inits.map((_, at) => percent(before.instances[at], after.instances[at])),
      instanceBytes: inits.map((init) => pssBytesOf(containerPids(init))),
    };
  } finally {
    unwatch();
  }
}

/** Seconds of processor time used so far. */
function times(labdeckPid: number, inits: readonly number[]) {
  return {
    atSeconds: performance.now() / 1000,
    labdeck: cpuSecondsOf(treePids(labdeckPid)),
    children: cpuSecondsOf(treePids(labdeckPid).slice(1)),
    instances: inits.map((init) => cpuSecondsOf(containerPids(init))),
  };
}

function read(measured: Measured): Reading[] {
  const megabytes = measured.instanceBytes.map((bytes) => bytes / 1e6);
  return [
    {
      name: 'running and well',
      value: measured.running,
      unit: 'instances',
      goal: { is: 'at least', value: names.length },
      note: 'after all of it',
    },
    {
      name: 'CPU of Labdeck and its children',
      value: measured.labdeckPercent,
      unit: '%',
      goal: { is: 'at most', value: 1 },
      note:
        `of one core, over ${measureMs / 1000} s, followed as by an open window; ` +
        `${round(measured.childrenPercent)}% by children that run on`,
    },
    {
      name: 'CPU of each instance',
      value: median(measured.instancePercents),
      unit: '%',
      goal: null,
      note: `of one core; ${range(measured.instancePercents)}`,
    },
    {
      name: 'memory of each, PSS',
      value: median(megabytes),
      unit: 'MB',
      goal: null,
      note: `${range(megabytes)}: they share programs`,
    },
    {
      name: 'until all were well',
      value: measured.installSeconds,
      unit: 's',
      goal: null,
      note: 'all asked for at once; their image is there',
    },
  ];
}
