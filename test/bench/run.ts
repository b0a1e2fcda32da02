import { mkdir, writeFile } from 'node:fs/promises';
import { constants, cpus, loadavg } from 'node:os';
import { dirname, join } from 'node:path';
import { inspect, parseArgs } from 'node:util';
import { crashFigure } from './crashFigure.ts';
import { diskFigure } from './diskFigure.ts';
import { echoFigure } from './echoFigure.ts';
import { type Figure, type FigureResult, judge } from './figure.ts';
import { fleetFigure } from './fleetFigure.ts';
import { hotplugFigure } from './hotplugFigure.ts';
import { idleFigure } from './idleFigure.ts';
import { instancesFigures } from './instances/figures.ts';
import { InstancesBench } from './instances/instancesBench.ts';
import { launchFigure } from './launchFigure.ts';
import { pasteFigure } from './pasteFigure.ts';
import { root } from './paths.ts';
import { powerFigure } from './powerFigure.ts';
import { returnFigure } from './returnFigure.ts';
import { screenFigure } from './screenFigure.ts';
import { scrollbackFigure } from './scrollbackFigure.ts';
import { searchFigure } from './searchFigure.ts';
import { slowReaderFigure } from './slowReaderFigure.ts';
import { round } from './stats.ts';
import { formatTable } from './table.ts';
import { telnetFigure } from './telnetFigure.ts';
import { wireFigure } from './wireFigure.ts';

// `npm run bench -- [FIGURE ...] [--group GROUP] [--json FILE]`: all figures of a group unless some are named.

/** Load per processor up to which a machine is quiet enough to measure times. */
const calmLoad = 0.3;

const instancesBench = new InstancesBench();

const groups: Readonly<Record<string, readonly Figure[]>> = {
  app: [
    diskFigure,
    fleetFigure,
    telnetFigure,
    slowReaderFigure,
    crashFigure,
    returnFigure,
    screenFigure,
    echoFigure,
    wireFigure,
    launchFigure,
    searchFigure,
    scrollbackFigure,
    pasteFigure,
    hotplugFigure,
    powerFigure,
    idleFigure,
  ],
  instances: instancesFigures(instancesBench),
};

async function main(): Promise<void> {
  const { values, positionals } = parseArgs({
    options: { json: { type: 'string' }, group: { type: 'string', default: 'app' } },
    allowPositionals: true,
  });
  const all = Object.values(groups).flat();
  const unknown = positionals.filter((name) => !all.some((figure) => figure.name === name));
  const group = groups[values.group];
  if (unknown.length > 0 || !group) {
    const names = Object.entries(groups).map(([of, some]) => `${of}: ${some.map((f) => f.name).join(', ')}`);
    process.stderr.write(
      `no ${[...unknown, group ? '' : values.group].join(' ')}; there are\n${names.join('\n')}\n`,
    );
    process.exitCode = 2;
    return;
  }
  const chosen = positionals.length > 0 ? all.filter(({ name }) => positionals.includes(name)) : group;
  const startedAt = new Date();
  const load = loadavg()[0] ?? 0;
  if (load > cpus().length * calmLoad)
    process.stderr.write(
      `The machine is busy (load ${round(load)}): ratios will vary, and times will be too long.\n`,
    );
  const results: { name: string; title: string; result: FigureResult }[] = [];
  for (const figure of chosen)
    results.push({ name: figure.name, title: figure.title, result: await runOne(figure) });
  process.stdout.write(`\n${formatTable(results)}\n`);
  const file =
    values.json ??
    join(root, 'dist', 'bench-results', `${startedAt.toISOString().replace(/[:.]/g, '-')}.json`);
  await mkdir(dirname(file), { recursive: true });
  await writeFile(file, `${JSON.stringify(report(startedAt, load, results), null, 2)}\n`);
  process.stdout.write(`\nEvery single measurement: ${file}\n`);
}

/** A figure that fails is reported as such, and the others go on; the bench then ends with an error. */
async function runOne(figure: Figure): Promise<FigureResult> {
  try {
    return await figure.run((text) => process.stderr.write(`${figure.name}: ${text}\n`));
  } catch (error) {
    process.exitCode = 1;
    process.stderr.write(`${figure.name} failed: ${inspect(error)}\n`);
    const note = error instanceof Error ? (error.message.split('\n')[0] ?? '') : String(error);
    return {
      readings: [{ name: 'could not be measured', value: null, unit: 'x', goal: null, note }],
      raw: null,
    };
  }
}

function report(
  startedAt: Date,
  loadBefore: number,
  results: readonly { name: string; title: string; result: FigureResult }[],
) {
  return {
    startedAt: startedAt.toISOString(),
    machine: {
      cpus: cpus().length,
      loadBefore,
      model: cpus()[0]?.model ?? '',
      node: process.version,
      electron: process.env.LABDECK_ELECTRON_VERSION ?? null,
    },
    figures: results.map(({ name, title, result }) => ({
      name,
      title,
      readings: result.readings.map((reading) => ({ ...reading, verdict: judge(reading) })),
      raw: result.raw,
    })),
  };
}

/** What a signal interrupts is taken away before it ends the bench. */
function endOn(signal: 'SIGINT' | 'SIGTERM'): void {
  process.once(signal, () => {
    process.stderr.write(`${signal}: cleaning up\n`);
    void instancesBench
      .close()
      .catch((error: unknown) => process.stderr.write(`${inspect(error)}\n`))
      .finally(() => process.exit(128 + constants.signals[signal]));
  });
}

endOn('SIGINT');
endOn('SIGTERM');
try {
  await main();
} finally {
  await instancesBench.close();
}
