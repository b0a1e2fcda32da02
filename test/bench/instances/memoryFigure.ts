import { setTimeout as sleep } from 'node:timers/promises';
import type { Figure, Reading } from '../figure.ts';
import type { BenchLab } from './benchLab.ts';
import type { InstancesBench } from './instancesBench.ts';
import { containerPids, pssBytesOf } from './processTrees.ts';

const idleMs = 60_000;

interface Memory {
  readonly bytes: number;
  readonly processes: number;
}

/** Of an instance that is the only one, so that it shares nothing with others. */
export function memoryFigure(bench: InstancesBench): Figure {
  return {
    name: 'memory',
    title: `memory of the only instance, ${idleMs / 1000} s after it was installed`,
    run: (progress) =>
      bench.withLab(progress, async (lab) => {
        const measure = async (lean: boolean) => {
          progress(`${lean ? 'lean' : 'normal'}, idle for ${idleMs / 1000} s`);
          return idleMemory(lab, lean);
        };
        const normal = await measure(false);
        const lean = await measure(true);
        return {
          readings: [reading('normal', normal, 400), reading('lean', lean, 300)],
          raw: { normal, lean },
        };
      }),
  };
}

async function idleMemory(lab: BenchLab, lean: boolean): Promise<Memory> {
  await lab.install('only', { lean });
  await sleep(idleMs);
  const pids = containerPids(await lab.initPid('only'));
  const memory = { bytes: pssBytesOf(pids), processes: pids.length };
  await lab.remove('only');
  return memory;
}

function reading(name: string, { bytes, processes }: Memory, atMost: number): Reading {
  return {
    name: `${name}, PSS`,
    value: bytes / 1e6,
    unit: 'MB',
    goal: { is: 'at most', value: atMost },
    note: `of ${processes} processes`,
  };
}
