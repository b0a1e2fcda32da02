import type { Figure, FigureResult } from '../figure.ts';
import { median, round } from '../stats.ts';
import type { Timed } from './benchLab.ts';
import type { InstancesBench } from './instancesBench.ts';

const times = 3;

/** Another of a source whose image is there, while the first runs. */
export function secondFigure(bench: InstancesBench): Figure {
  return {
    name: 'second',
    title: 'second instance of the same source, beside the first',
    run: (progress) =>
      bench.withLab(progress, async (lab) => {
        await lab.install('first');
        const runs: Timed[] = [];
        for (let at = 1; at <= times; at += 1) {
          progress(`install ${at} of ${times}`);
          runs.push(await lab.install('second'));
          await lab.remove('second');
        }
        return result('until all its parts are well', runs, 8);
      }),
  };
}

export function startFigure(bench: InstancesBench): Figure {
  return {
    name: 'start',
    title: 'start of a stopped instance',
    run: (progress) =>
      bench.withLab(progress, async (lab) => {
        await lab.install('first');
        const runs: Timed[] = [];
        for (let at = 1; at <= times; at += 1) {
          progress(`start ${at} of ${times}`);
          await lab.timed('POST', '/instances/first/stop');
          runs.push(await lab.timed('POST', '/instances/first/start'));
        }
        return result('until all its parts are well', runs, 6);
      }),
  };
}

function result(name: string, runs: readonly Timed[], atMost: number): FigureResult {
  const seconds = runs.map((run) => run.seconds);
  const note = `each: ${seconds.map((value) => round(value)).join(', ')} s`;
  const goal = { is: 'at most', value: atMost } as const;
  return { readings: [{ name, value: median(seconds), unit: 's', goal, note }], raw: runs };
}
