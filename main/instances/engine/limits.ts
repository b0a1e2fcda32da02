import { readFile } from 'node:fs/promises';
import path from 'node:path';

/** What podman gives a container where nobody says otherwise: more than many a hard limit. */
const engineDefault = 1_048_576;
const sysResource = 24n;

export interface HostLimits {
  /** Hard limit of open files; Infinity where there is none. */
  readonly openFiles: number;
  /** Hard limit of processes. */
  readonly processes: number;
  readonly mayRaise: boolean;
}

/** What `/proc/self/limits`, `/proc/self/status` and `/proc/sys/kernel/pid_max` say. */
export function parseLimits(texts: { limits: string; status: string; pidMax: string }): HostLimits {
  const hard = (name: string) => {
    const value = new RegExp(`^${name} +\\S+ +(\\S+)`, 'm').exec(texts.limits)?.[1];
    return value === undefined || value === 'unlimited' ? Number.POSITIVE_INFINITY : Number(value);
  };
  const effective = /^CapEff:\s*([0-9a-f]+)$/m.exec(texts.status)?.[1] ?? '0';
  const pidMax = Number(texts.pidMax.trim()) || Number.POSITIVE_INFINITY;
  return {
    openFiles: hard('Max open files'),
    // Podman lowers its own hard limit to the number of pids there can be, and cannot go above that again.
    processes: Math.min(hard('Max processes'), pidMax),
    mayRaise: ((BigInt(`0x${effective}`) >> sysResource) & 1n) === 1n,
  };
}

/** Limits that a container can be started with; empty where the engine's own do. */
export function ulimitArgs({ openFiles, processes, mayRaise }: HostLimits): string[] {
  if (mayRaise || (openFiles >= engineDefault && processes >= engineDefault)) return [];
  const files = Math.min(openFiles, engineDefault);
  const tasks = Math.min(processes, engineDefault);
  return ['--ulimit', `nofile=${files}:${files}`, '--ulimit', `nproc=${tasks}:${tasks}`];
}

/** null where there is no /proc to ask. */
export async function readLimits(procDir = '/proc'): Promise<HostLimits | null> {
  const read = (name: string) => readFile(path.join(procDir, name), 'utf8');
  try {
    const [limits, status, pidMax] = await Promise.all([
      read('self/limits'),
      read('self/status'),
      read('sys/kernel/pid_max'),
    ]);
    return parseLimits({ limits, status, pidMax });
  } catch {
    return null;
  }
}
