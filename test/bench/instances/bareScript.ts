import { chmodSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { systemClock } from '../../../main/base/clock.ts';
import { runCommand } from '../../../main/base/command.ts';
import { createArgs } from '../../../main/instances/engine/containers.ts';
import { readLimits, ulimitArgs } from '../../../main/instances/engine/limits.ts';
import { type HostApt, readHostApt } from '../../../main/instances/images/hostApt.ts';
import { copyRecipe } from '../../../main/instances/images/recipe.ts';
import { RegistryProbe } from '../../../main/instances/images/registryProbe.ts';
import { answers } from '../../../main/instances/images/webProbe.ts';
import { detectEngine } from '../../../main/instances/index.ts';
import { RunFolder } from '../../../main/instances/runFolder.ts';
import { root } from '../paths.ts';
import type { BenchStore } from './benchStore.ts';
import { shellLine } from './shellLine.ts';

const suite = 'forky';
const scriptMs = 30 * 60_000;
/** mmdebstrap takes down its mounts when it is told to end. */
const graceMs = 15_000;
const probeMs = 5_000;
const name = 'bare';
/** As Labdeck gives its containers. */
const capabilities = ['CHOWN', 'SETUID', 'SETGID', 'DAC_OVERRIDE', 'FOWNER', 'KILL', 'NET_BIND_SERVICE'];
const log = ['--log-driver', 'k8s-file', '--log-opt', 'max-size=1mb'];

/** The steps of the script, as it says them. */
export type BareStep = 'base' | 'image' | 'start';

/** What somebody without Labdeck would run for the same: base, `podman build` and `podman run` of the same recipe. */
export class BareScript {
  readonly #store: BenchStore;
  readonly #file: string;

  private constructor(store: BenchStore, file: string) {
    this.#store = store;
    this.#file = file;
  }

  /** Writes it, with the same arguments Labdeck's engine would give on this machine. */
  static async write(store: BenchStore, port: number): Promise<BareScript> {
    const folder = join(store.folder, 'bare');
    const context = join(folder, 'context');
    mkdirSync(context, { recursive: true });
    await copyRecipe(join(root, 'resources', 'instance'), context);
    const apt = await readHostApt();
    writeFileSync(join(context, 'apt.conf'), apt.settings.map((line) => `${line}\n`).join(''));
    const run = new RunFolder(join(folder, 'run'));
    const url = `http://127.0.0.1:${port}/`;
    await run.writeConfig({ version: 1, name, url, start: 'normal', worker: true, lean: false });
    const { podman, ulimits } = await engineOf(store);
    const base = await baseOf(folder, apt, podman);
    const build = ['build', '--layers=false', '--force-rm', '--pull=never', ...ulimits];
    build.push('--build-arg', 'QEMU=0', '--build-arg', `BASE=${base.reference}`, '--tag', 'localhost/bare');
    const [, ...create] = createArgs(
      {
        name,
        image: 'localhost/bare',
        labels: {},
        hostname: name,
        volumes: [{ volume: name, target: '/state' }],
        binds: [{ source: run.path, target: '/run/labdeck', readOnly: false }],
        ports: [{ host: port, container: 80 }],
        capabilities,
        memoryLimitBytes: null,
      },
      { ulimits, canLimitMemory: false, labelsOff: false, log },
    );
    const script = [
      '#!/bin/sh',
      'set -eu',
      'echo step base',
      ...base.commands.map(shellLine),
      'echo step image',
      shellLine([...podman, ...build, '--file', join(context, 'Containerfile'), context]),
      'echo step start',
      shellLine([...podman, 'volume', 'create', name]),
      shellLine([...podman, 'run', '--detach', ...create]),
    ];
    const file = join(folder, 'install.sh');
    writeFileSync(file, `${script.join('\n')}\n`);
    chmodSync(file, 0o755);
    return new BareScript(store, file);
  }

  /** Runs it to its end; rejects with the end of what it said where that is a bad one. */
  async run(signal: AbortSignal, onStep: (step: BareStep) => void): Promise<void> {
    const { exitCode, stdout, stderr } = await runCommand(['sh', this.#file], {
      timeoutMs: scriptMs,
      graceMs,
      signal,
      env: {
        ...this.#store.env,
        // dpkg wants folders that a desktop session's search path lacks.
        PATH: `${process.env.PATH ?? '/usr/bin:/bin'}:/usr/local/sbin:/usr/sbin:/sbin`,
      },
      onLine: (line) => {
        const [, step] = /^step (base|image|start)$/.exec(line) ?? [];
        if (step !== undefined) onStep(step as BareStep);
      },
    });
    if (exitCode !== 0)
      throw new Error(`the bare script ended with ${exitCode}\n${`${stdout}\n${stderr}`.slice(-4000)}`);
  }
}

/** How podman is called here, which Labdeck finds out at its start: somebody with a script knows. */
async function engineOf(store: BenchStore): Promise<{ podman: string[]; ulimits: string[] }> {
  const signal = new AbortController().signal;
  const found = await detectEngine({ env: store.env, signal, prefer: 'podman' });
  if (!('engine' in found)) throw new Error(found.problems.map(({ message }) => message).join('; '));
  const { kind, rootless, runtime } = found.engine.info;
  if (kind !== 'podman') throw new Error('this compares with podman, which cannot be used here');
  const limits = rootless ? null : await readLimits();
  return {
    podman: ['podman', ...(runtime === 'runc' ? ['--runtime', 'runc'] : [])],
    ulimits: limits ? ulimitArgs(limits) : [],
  };
}

/** A bare Debian, pulled where there is a registry and made here where there is none, as Labdeck does. */
async function baseOf(
  folder: string,
  { archives, settings }: HostApt,
  podman: readonly string[],
): Promise<{ reference: string; commands: string[][] }> {
  if ((await new RegistryProbe(systemClock).look()) !== 'no') {
    const reference = `docker.io/library/debian:${suite}-slim`;
    return { reference, commands: [[...podman, 'pull', reference]] };
  }
  const tar = join(folder, 'base.tar');
  const options = settings.map((line) => `--aptopt=${line.replace(/;$/, '')}`);
  const args = ['--variant=minbase', '--include=ca-certificates', ...options, suite, tar];
  const archive = await archiveWithSuite(archives);
  const bootstrap = ['mmdebstrap', ...args, ...(archive === null ? [] : [archive])];
  const reference = 'localhost/bare-base';
  return { reference, commands: [bootstrap, [...podman, 'import', tar, reference]] };
}

async function archiveWithSuite(archives: readonly string[]): Promise<string | null> {
  for (const archive of archives)
    if (await answers(`${archive.replace(/\/+$/, '')}/dists/${suite}/InRelease`, 'success', probeMs))
      return archive;
  return null;
}
