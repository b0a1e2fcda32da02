import { execFileSync } from 'node:child_process';
import { readdirSync } from 'node:fs';
import { isPortFree } from '../../../main/instances/freePort.ts';
import type { Figure, Reading } from '../figure.ts';
import { isInstalled } from '../processes.ts';
import { median, round } from '../stats.ts';
import type { BenchLab } from './benchLab.ts';
import type { InstancesBench } from './instancesBench.ts';

const times = 3;
const rulesMs = 10_000;

interface Removal {
  readonly seconds: number;
  /** What is there that was not there before it was installed. */
  readonly left: readonly string[];
}

/** Throwing instances away, and then the images nobody uses any more: what is left of either. */
export function removalFigure(bench: InstancesBench): Figure {
  return {
    name: 'removal',
    title: 'removal of a running instance with its data, then of unused images',
    run: (progress) =>
      bench.withLab(progress, async (lab) => {
        // What appears once and for all, with the first instance ever, is no trace of any.
        await lab.install('warm-up');
        await lab.remove('warm-up');
        const removals: Removal[] = [];
        for (let at = 1; at <= times; at += 1) {
          progress(`removal ${at} of ${times}`);
          removals.push(await removeOne(lab));
        }
        progress('pruning the images');
        const beforePrune = await lab.store.imagesAndLayers();
        requireKinds(beforePrune, ['image', 'layer', 'folder']);
        const { freedBytes } = await lab.call<{ freedBytes: number }>('POST', '/images/prune');
        const afterPrune = await lab.store.imagesAndLayers();
        // There is no image any more.
        await bench.dispose(lab.store);
        return {
          readings: read(removals, afterPrune, freedBytes),
          raw: { removals, afterPrune, freedBytes },
        };
      }),
  };
}

async function removeOne(lab: BenchLab): Promise<Removal> {
  const before = new Set(await traces(lab));
  await lab.install('gone');
  const { port } = await lab.instance('gone');
  const during = (await tracesWith(lab, port)).filter((trace) => !before.has(trace));
  requireKinds(during, ['container', 'volume', 'port', 'file']);
  const { seconds } = await lab.remove('gone');
  return { seconds, left: (await tracesWith(lab, port)).filter((trace) => !before.has(trace)) };
}

/** What is never seen would never be missed. */
function requireKinds(traces: readonly string[], kinds: readonly string[]): void {
  const missing = kinds.filter((kind) => !traces.some((trace) => trace.startsWith(`${kind} `)));
  if (missing.length > 0) throw new Error(`none was seen while it was there: ${missing.join(', ')}`);
}

async function tracesWith(lab: BenchLab, port: number): Promise<string[]> {
  return [
    ...(await traces(lab)),
    ...((await isPortFree(port)) ? [] : [`port ${port}`]),
    ...rulesFor(port).map((rule) => `rule ${rule}`),
  ];
}

async function traces({ store, dataDir }: BenchLab): Promise<string[]> {
  const files = readdirSync(dataDir, { recursive: true, encoding: 'utf8' });
  return [...(await store.containersAndVolumes()), ...files.map((name) => `file ${name}`)];
}

/** Of the firewall, which podman as root publishes ports with. */
function rulesFor(port: number): string[] {
  if (process.getuid?.() !== 0 || !isInstalled('iptables-save')) return [];
  const rules = execFileSync('iptables-save', ['-t', 'nat'], { encoding: 'utf8', timeout: rulesMs });
  return rules.split('\n').filter((line) => new RegExp(`--dports? ${port}\\b`).test(line));
}

function read(removals: readonly Removal[], afterPrune: readonly string[], freedBytes: number): Reading[] {
  const seconds = removals.map((removal) => removal.seconds);
  const left = removals.flatMap((removal) => removal.left);
  return [
    {
      name: 'until it is gone',
      value: median(seconds),
      unit: 's',
      goal: { is: 'at most', value: 5 },
      note: `each: ${seconds.map((value) => round(value)).join(', ')} s`,
    },
    {
      name: 'left: containers, volumes, ports, firewall rules, files',
      value: left.length,
      unit: 'items',
      goal: { is: 'at most', value: 0 },
      note: left.slice(0, 5).join(', '),
    },
    {
      name: 'left after pruning: images, layers and their folders',
      value: afterPrune.length,
      unit: 'items',
      goal: { is: 'at most', value: 0 },
      note: `${round(freedBytes / 1e6)} MB freed ${afterPrune.slice(0, 5).join(', ')}`.trim(),
    },
  ];
}
