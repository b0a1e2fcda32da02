import { readFileSync } from 'node:fs';
import { setTimeout as delay } from 'node:timers/promises';
import { exec } from '../../base/exec.ts';

/** A process that can't be mistaken for a later one with the same pid. */
export interface ProcessIdentity {
  readonly pid: number;
  readonly startedAt: string;
}

/** Who runs under `pid` now; null when nobody does (a zombie is nobody). */
export async function identify(pid: number): Promise<ProcessIdentity | null> {
  return process.platform === 'linux' ? identifyOnLinux(pid) : await identifyWithPs(pid);
}

/** Whether this very process still runs. */
export async function isRunning(identity: ProcessIdentity): Promise<boolean> {
  return (await identify(identity.pid))?.startedAt === identity.startedAt;
}

/** The same, at once, where the system can tell (Linux); false elsewhere. */
export function isRunningNow(identity: ProcessIdentity): boolean {
  return process.platform === 'linux' && identifyOnLinux(identity.pid)?.startedAt === identity.startedAt;
}

/** SIGKILL, if it is still this very process. Resolves true once it is gone, false if it is not within 2 s. */
export async function killProcess(identity: ProcessIdentity): Promise<boolean> {
  if (!(await isRunning(identity))) return true;
  signalProcess(identity.pid, 'SIGKILL');
  for (let waited = 0; waited < 2000; waited += 5) {
    if (!(await isRunning(identity))) return true;
    await delay(5);
  }
  return false;
}

/** Sends a signal; a process that is gone already is fine. */
export function signalProcess(pid: number, signal: 'SIGKILL' | 'SIGSTOP' | 'SIGCONT'): void {
  try {
    process.kill(pid, signal);
  } catch {
    // It ended a moment ago: what the caller then sees of it says so.
  }
}

/** proc(5): the state is field 3, the start time in clock ticks since boot is field 22; field 2 may hold spaces. */
function identifyOnLinux(pid: number): ProcessIdentity | null {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'latin1');
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
    const [state = 'X', startTicks = ''] = [fields[0], fields[19]];
    if (state === 'Z' || state === 'X' || startTicks === '') return null;
    return { pid, startedAt: `${bootId()}/${startTicks}` };
  } catch {
    return null;
  }
}

let knownBootId: string | null = null;
/** Ticks count from boot: without it a process of the last boot could be taken for one of this. */
function bootId(): string {
  knownBootId ??= readFileSync('/proc/sys/kernel/random/boot_id', 'latin1').trim();
  return knownBootId;
}

async function identifyWithPs(pid: number): Promise<ProcessIdentity | null> {
  try {
    const { stdout } = await exec(['ps', '-o', 'stat=,lstart=', '-p', String(pid)], { timeoutMs: 5000 });
    const [state = 'Z', ...started] = stdout.trim().split(/\s+/);
    return state.startsWith('Z') || started.length === 0 ? null : { pid, startedAt: started.join(' ') };
  } catch {
    return null;
  }
}
