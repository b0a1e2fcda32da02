import { execFileSync, spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { detectEngine } from '../../main/instances/engine/detectEngine.ts';
import type { EngineRig } from '../fakes/engine/engineSuite.ts';
import { makeTinyRoot } from './tinyRoot.ts';

/** This machine's podman on a store of its own. */
export async function podmanRig(): Promise<EngineRig & { readonly env: NodeJS.ProcessEnv }> {
  const folder = mkdtempSync(path.join(tmpdir(), 'labdeck-engine-'));
  const temporary = path.join(folder, 'temporary');
  mkdirSync(temporary);
  // A store of its own: what a build leaves behind is then seen whatever else podman does on this machine.
  const env = {
    ...process.env,
    CONTAINERS_STORAGE_CONF: path.join(folder, 'storage.conf'),
    TMPDIR: temporary,
  };
  const store = [
    '[storage]',
    'driver = "overlay"',
    `graphroot = "${folder}/store"`,
    `runroot = "${folder}/run"`,
    '',
  ];
  writeFileSync(env.CONTAINERS_STORAGE_CONF, store.join('\n'));
  const found = await detectEngine({ env, signal: new AbortController().signal, prefer: 'podman' });
  if (!('engine' in found)) throw new Error(JSON.stringify(found.problems));
  const podman = (...args: string[]) =>
    execFileSync('podman', args, { encoding: 'utf8', env })
      .split('\n')
      .filter((line) => line !== '')
      .sort();
  return {
    env,
    engine: found.engine,
    folder,
    rootTar: makeTinyRoot(folder),
    leftovers: async () => [
      ...podman('ps', '--all', '--external', '--no-trunc', '--format', '{{.ID}} {{.Names}}'),
      ...podman('image', 'ls', '--all', '--no-trunc', '--format', '{{.ID}} {{.Repository}}:{{.Tag}}'),
      ...readdirSync(temporary),
      ...programsThatGoOn('sleep 559'),
    ],
    dispose: async () => {
      // Podman keeps its store mounted on itself.
      spawnSync('umount', [path.join(folder, 'store/overlay')]);
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

/** Programs that end so, wherever they run: in a container's step they have no other name. */
export function programsThatGoOn(argv: string): string[] {
  const all = execFileSync('ps', ['-eo', 'pid,args'], { encoding: 'utf8' }).split('\n');
  return all.filter((line) => line.trimEnd().endsWith(` ${argv}`));
}

/** All processes below one. */
export function descendantsOf(pid: number): number[] {
  const rows = execFileSync('ps', ['-eo', 'pid=,ppid='], { encoding: 'utf8' }).trim().split('\n');
  const pairs = rows.map((row) => row.trim().split(/\s+/).map(Number));
  const below = (parent: number): number[] =>
    pairs.flatMap(([child = 0, of]) => (of === parent ? [child, ...below(child)] : []));
  return below(pid);
}
