import { readdirSync, readFileSync, readlinkSync } from 'node:fs';
import { pssBytes } from '../processes.ts';

/** Kernel ticks are 10 ms on every Linux podman runs on. */
const tickSeconds = 0.01;

/** All processes of the container whose first process this is: they share its process ids. */
export function containerPids(initPid: number): number[] {
  const own = pidSpace(initPid);
  if (own === null) throw new Error(`process ${initPid} is gone, or may not be looked at`);
  return allPids().filter((pid) => pidSpace(pid) === own);
}

/** A process and all below it. */
export function treePids(rootPid: number): number[] {
  const parents = new Map(allPids().map((pid) => [pid, Number(statOf(pid)?.[1])]));
  const below = (parent: number): number[] =>
    [...parents].flatMap(([pid, of]) => (of === parent ? [pid, ...below(pid)] : []));
  return [rootPid, ...below(rootPid)];
}

/**
 * Processor time of these processes in seconds, to 10 ms each; what children used that ended is in what their parents
 * inherited.
 */
export function cpuSecondsOf(pids: readonly number[]): number {
  const ticks = pids.flatMap((pid) => statOf(pid)?.slice(11, 15) ?? []);
  return ticks.reduce((sum, value) => sum + Number(value), 0) * tickSeconds;
}

/** Their share of memory: what they have in common with others counts in proportion. In bytes. */
export function pssBytesOf(pids: readonly number[]): number {
  return pids.reduce((sum, pid) => sum + (orGone(() => pssBytes(pid)) ?? 0), 0);
}

/** Processes whose root file system is an overlay kept in `folder`: what runs in containers and build steps of that store. */
export function pidsRootedIn(folder: string): number[] {
  return allPids().filter((pid) => {
    const mounts = unlessHidden(() => readFileSync(`/proc/${pid}/mountinfo`, 'utf8')) ?? '';
    return rootMount(mounts).includes(`upperdir=${folder}/`);
  });
}

/** Processes that were started with this variable in their environment. */
export function pidsWithVariable(name: string, value: string): number[] {
  return allPids().filter((pid) => {
    const environment = unlessHidden(() => readFileSync(`/proc/${pid}/environ`, 'utf8')) ?? '';
    return environment.split('\0').includes(`${name}=${value}`);
  });
}

/** The line of /proc/PID/mountinfo that says what is mounted on /; empty when none does. */
export function rootMount(mountinfo: string): string {
  return mountinfo.split('\n').findLast((line) => line.split(' ')[4] === '/') ?? '';
}

function allPids(): number[] {
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .map(Number);
}

/** What follows the command in /proc/PID/stat: its state, its parent, ...; null: it is gone. */
function statOf(pid: number): readonly string[] | null {
  const stat = orGone(() => readFileSync(`/proc/${pid}/stat`, 'latin1'));
  // The command, in parentheses, may hold spaces.
  return stat === null ? null : stat.slice(stat.lastIndexOf(')') + 2).split(' ');
}

function pidSpace(pid: number): string | null {
  return unlessHidden(() => readlinkSync(`/proc/${pid}/ns/pid`));
}

/** null: the process went while it was looked at. */
function orGone<T>(look: () => T): T | null {
  return unless(['ENOENT', 'ESRCH'], look);
}

/** null: as `orGone`, or nobody has fetched its exit code yet, or it is somebody else's. */
function unlessHidden<T>(look: () => T): T | null {
  return unless(['ENOENT', 'ESRCH', 'EINVAL', 'EACCES', 'EPERM'], look);
}

function unless<T>(codes: readonly string[], look: () => T): T | null {
  try {
    return look();
  } catch (error) {
    if (codes.includes((error as NodeJS.ErrnoException).code ?? '')) return null;
    throw error;
  }
}
