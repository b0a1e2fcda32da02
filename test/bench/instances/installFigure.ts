import { isPortFree } from '../../../main/instances/freePort.ts';
import type { Figure, Reading } from '../figure.ts';
import { median, range, ratiosOf, round } from '../stats.ts';
import { waitFor } from '../waiting.ts';
import { BareScript } from './bareScript.ts';
import { buildMs, type InstancesBench } from './instancesBench.ts';

/** Of each, in turns. */
const rounds = 2;
/** Asking costs processor time, which the script does not have to share with anybody who asks. */
const pollMs = 250;
const stepMs = 1_000;
const answerMs = 2_000;
/** Above those Labdeck deals out: another Labdeck may take such a one meanwhile, and its LAVA would answer for ours. */
const firstPort = 8_900;

interface Install {
  /** Until LAVA answers with its version, in seconds. */
  readonly answersSeconds: number;
  /** Until there is also an admin and the worker is online; the script does neither. */
  readonly allSeconds: number | null;
  /** When each step was first seen, in seconds from the start. */
  readonly steps: Readonly<Record<string, number>>;
}

/** From nothing to a LAVA that answers: Labdeck against a script that builds and runs the same recipe. */
export function installFigure(bench: InstancesBench): Figure {
  return {
    name: 'install',
    title: 'first install from nothing, until LAVA answers with its version',
    run: async (progress) => {
      const bare: Install[] = [];
      const labdeck: Install[] = [];
      for (let at = 1; at <= rounds; at += 1) {
        progress(`round ${at} of ${rounds}: the bare script`);
        bare.push(await installBare(bench));
        progress(`round ${at} of ${rounds}: Labdeck, after ${round(bare.at(-1)?.answersSeconds ?? 0)} s`);
        labdeck.push(await installWithLabdeck(bench, at === rounds));
      }
      return { readings: read(labdeck, bare), raw: { labdeck, bare } };
    },
  };
}

async function installBare(bench: InstancesBench): Promise<Install> {
  const store = await bench.store();
  try {
    const port = await ownPort();
    const script = await BareScript.write(store, port);
    const steps: Record<string, number> = {};
    const since = stopwatch();
    await bench.runScript((signal) =>
      script.run(signal, (step) => {
        steps[step] = since();
      }),
    );
    await answersVersion(port);
    return { answersSeconds: since(), allSeconds: null, steps };
  } finally {
    await bench.dispose(store);
  }
}

/** `isKept`: what it built is there for the figures that follow. */
async function installWithLabdeck(bench: InstancesBench, isKept: boolean): Promise<Install> {
  const lab = await bench.newLab();
  const port = await ownPort();
  let isDone = false;
  try {
    const steps: Record<string, number> = {};
    const since = stopwatch();
    const { taskId } = await lab.call<{ taskId: string }>('POST', '/instances', { name: 'first', port });
    const all = lab
      .succeeded(taskId, buildMs, stepMs, (task) => {
        for (const { name, state } of task.steps) if (state === 'running') steps[name] ??= since();
      })
      .then(since);
    // Its failure ends the wait for an answer that never comes.
    const failed = all.then(() => new Promise<never>(() => {}));
    const answersSeconds = await Promise.race([answersVersion(port).then(since), failed]);
    const install = { answersSeconds, allSeconds: await all, steps };
    if (isKept) await bench.keep(lab);
    isDone = isKept;
    return install;
  } finally {
    if (!isDone) await bench.dispose(lab.store);
  }
}

async function ownPort(): Promise<number> {
  let port = firstPort;
  while (!(await isPortFree(port))) port += 1;
  return port;
}

async function answersVersion(port: number): Promise<void> {
  const ask = async () => {
    const answer = await fetch(`http://127.0.0.1:${port}/api/v0.2/system/version/`, {
      signal: AbortSignal.timeout(answerMs),
    });
    const body = (await answer.json()) as { version?: unknown };
    return typeof body.version === 'string' ? true : null;
  };
  await waitFor(() => ask().catch(() => null), buildMs, 'LAVA answers with its version', pollMs);
}

function stopwatch(): () => number {
  const startMs = performance.now();
  return () => (performance.now() - startMs) / 1000;
}

function read(labdeck: readonly Install[], bare: readonly Install[]): Reading[] {
  const [ours, theirs] = [labdeck, bare].map((all) => all.map(({ answersSeconds }) => answersSeconds));
  const ratios = ratiosOf(ours ?? [], theirs ?? []);
  return [
    {
      name: 'time / bare script',
      value: median(ratios),
      unit: 'x',
      goal: { is: 'at most', value: 1.1 },
      note:
        `${round(median(ours ?? []))} against ${round(median(theirs ?? []))} s; rounds gave ${range(ratios)}; ` +
        `seen at: ${seen(labdeck.at(-1))} against ${seen(bare.at(-1))}`,
    },
    {
      name: 'with admin made and worker online',
      value: median(labdeck.map(({ allSeconds }) => allSeconds ?? Number.NaN)),
      unit: 's',
      goal: null,
      note: 'which the script does not do',
    },
  ];
}

const seen = (install: Install | undefined) =>
  Object.entries(install?.steps ?? {})
    .map(([step, seconds]) => `${step} ${round(seconds)}`)
    .join(', ');
