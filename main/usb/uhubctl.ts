import { access, constants } from 'node:fs/promises';
import path from 'node:path';
import { exec } from '../base/exec.ts';
import type { HubSwitching } from '../contract/index.ts';
import type { SocketHalf } from './topology.ts';

const runTimeoutMs = 10_000;

/** Rejects with LabError: MISSING_DEPENDENCY, TIMEOUT, COMMAND_FAILED, or the signal's reason. */
export async function switchByUhubctl(
  half: SocketHalf,
  on: boolean,
  options: { force: boolean; signal: AbortSignal },
): Promise<void> {
  const { force, signal } = options;
  await run([...at(half), ...(force ? ['-f'] : []), '-a', on ? 'on' : 'off'], signal);
}

/** Whether a port has power by its hub's own word; null when it cannot be asked. Never rejects. */
export async function readByUhubctl(half: SocketHalf, signal: AbortSignal): Promise<boolean | null> {
  const said = await run([...at(half), '-f'], signal).catch(() => null);
  return said === null ? null : parsePortStatus(said, half.port.port);
}

/** What each hub says of its switching, by the kernel's name of the hub; null when uhubctl failed. Never rejects. */
export async function listByUhubctl(): Promise<Map<string, HubSwitching> | null> {
  const said = await run(['-N', '-f']).catch(() => null);
  return said === null ? null : parseHubs(said);
}

/** The last `  Port 3: 0100 power` of a port counts: before a switch it prints the state it found. */
export function parsePortStatus(stdout: string, port: number): boolean | null {
  const status = [...stdout.matchAll(/^\s+Port (\d+): [0-9a-f]{4}\b(.*)$/gm)].findLast(
    (match) => Number(match[1]) === port,
  );
  if (!status) return null;
  return !/^ off\b/.test(status[2] ?? '');
}

/** `Current status for hub 1-1 [0409:55aa, USB 1.10, 8 ports, ppps]` */
export function parseHubs(stdout: string): Map<string, HubSwitching> {
  const words: Readonly<Record<string, HubSwitching>> = { ppps: 'per-port', ganged: 'ganged', nops: 'none' };
  const hubs = new Map<string, HubSwitching>();
  for (const [, location = '', word = ''] of stdout.matchAll(
    /^Current status for hub (\S+) \[.*, (\w+)\]$/gm,
  ))
    hubs.set(location.includes('-') ? location : `usb${location}`, words[word] ?? 'unknown');
  return hubs;
}

export async function hasUhubctl(): Promise<boolean> {
  for (const folder of (withAdminPath().PATH ?? '').split(':')) {
    if (folder === '') continue;
    const found = await access(path.join(folder, 'uhubctl'), constants.X_OK).then(
      () => true,
      () => false,
    );
    if (found) return true;
  }
  return false;
}

/** Exactly this half of this port; uhubctl calls a root hub by its bus: `1`. */
function at({ hub, port }: SocketHalf): string[] {
  return ['-e', '-N', '-l', hub.name.replace(/^usb/, ''), '-p', String(port.port)];
}

async function run(args: readonly string[], signal?: AbortSignal): Promise<string> {
  const { stdout } = await exec(['uhubctl', ...args], {
    timeoutMs: runTimeoutMs,
    env: withAdminPath(),
    ...(signal ? { signal } : {}),
  });
  return stdout;
}

/** Programs of administrators are out of an ordinary user's path on some systems. */
function withAdminPath(): NodeJS.ProcessEnv {
  return { ...process.env, PATH: `${process.env.PATH ?? ''}:/usr/sbin:/sbin` };
}
