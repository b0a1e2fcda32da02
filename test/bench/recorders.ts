import { type ChildProcess, spawn } from 'node:child_process';
import { existsSync, readdirSync, readlinkSync, realpathSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { HeadlessHost } from '../fakes/headlessHost.ts';
import { addBoard, recordingFile, removeBoard } from './benchHost.ts';
import { endProcess, isInstalled } from './processes.ts';
import { waitFor } from './waiting.ts';

/** Something that reads a tty and puts every byte into a file. */
export interface RecorderUnderTest {
  readonly name: string;
  /** So many bytes keep it busy for a second or two. */
  readonly bytes: number;
  /** It keeps at most so many for itself until it ends. */
  readonly heldBackBytes: number;
  readonly installed: boolean;
  /** Resolves once it reads `device`. */
  start(device: string, folder: string): Promise<RunningRecorder>;
}

export interface RunningRecorder {
  readonly pid: number;
  readonly file: string;
  stop(): Promise<void>;
}

const mebi = 1024 * 1024;
/** From the open tty to its reading loop; they flush the line in between. */
const settleMs = 300;

export function allRecorders(host: HeadlessHost, dataDir: string): RecorderUnderTest[] {
  return [
    {
      name: 'labdeck',
      bytes: 64 * mebi,
      heldBackBytes: 0,
      installed: true,
      start: (device) => boardOn(host, dataDir, device),
    },
    program('picocom', 32 * mebi, (device, file) => [
      ...['picocom', '--quiet', '--baud', '115200', '--logfile', file, device],
    ]),
    {
      ...program('tio', 2 * mebi, (device, file) => ['tio', '--log', '--log-file', file, device]),
      // Written through stdio.
      heldBackBytes: 4096,
    },
    program('socat', 64 * mebi, (device, file) => [
      ...['socat', '-u', '-b', '65536', `OPEN:${device},raw,echo=0`, `CREATE:${file}`],
    ]),
  ];
}

async function boardOn(host: HeadlessHost, dataDir: string, device: string): Promise<RunningRecorder> {
  const name = 'flooded';
  await addBoard(host, name, device);
  return {
    pid: host.pid,
    file: recordingFile(dataDir, name),
    stop: () => removeBoard(host, dataDir, name),
  };
}

function program(
  name: string,
  bytes: number,
  argv: (device: string, file: string) => string[],
): RecorderUnderTest {
  return {
    name,
    bytes,
    heldBackBytes: 0,
    installed: isInstalled(name),
    async start(device, folder) {
      const file = join(folder, `${name}.log`);
      const [command = name, ...args] = argv(device, file);
      // A silent terminal to type on, and nowhere to print to: the best case for each of them.
      // In a process group of its own: picocom, told to end, tells its whole group.
      const child = spawn(command, args, { stdio: ['pipe', 'ignore', 'ignore'], detached: true });
      const failed = new Promise<never>((_, reject) => child.once('error', reject));
      failed.catch(() => {});
      await Promise.race([
        failed,
        waitFor(() => hasOpen(child, device, file), 5000, `${name} opens its tty`),
      ]);
      await sleep(settleMs);
      return { pid: child.pid ?? 0, file, stop: () => quit(child) };
    },
  };
}

/** Closes its keyboard first: tio writes the rest of its log then, and not when it is told to end. */
async function quit(child: ChildProcess): Promise<void> {
  child.stdin?.end();
  await waitFor(() => (child.exitCode === null ? null : true), 1000, 'it ends').catch(() => {});
  await endProcess(child);
}

function hasOpen(child: ChildProcess, device: string, file: string): true | null {
  const node = realpathSync(device);
  const folder = `/proc/${child.pid}/fd`;
  try {
    const open = readdirSync(folder).some((fd) => readlinkSync(`${folder}/${fd}`) === node);
    return open && existsSync(file) ? true : null;
  } catch {
    return null;
  }
}
