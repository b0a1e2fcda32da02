import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { open, readFile, rm } from 'node:fs/promises';
import { LabError } from '../../contract/labError.ts';
import type { QemuTools } from './availability.ts';
import { identify, killProcess } from './processIdentity.ts';
import { QemuMachine } from './qemuMachine.ts';
import { QmpClient } from './qmpClient.ts';
import { makePrivateFolder, type SocketPaths } from './socketPaths.ts';

const launchTimeoutMs = 15_000;

export interface LaunchOptions {
  readonly key: string;
  readonly tools: QemuTools;
  readonly paths: SocketPaths;
  /** Where QEMU copies what the guest prints, and where its own complaints go. */
  readonly logPath: string;
  readonly errorPath: string;
}

/** The command line of one board. The guest waits (-S) until its console is connected. */
export function qemuArgv({ key, tools, paths, logPath }: LaunchOptions): [string, ...string[]] {
  const console = `socket,id=console,path=${value(paths.console)},server=on,wait=off`;
  const argv: [string, ...string[]] = [tools.qemu, '-no-user-config', '-name', `labdeck-${key}`];
  argv.push('-M', 'virt', '-cpu', 'cortex-a57', '-m', '128', '-nic', 'none', '-display', 'none');
  argv.push('-monitor', 'none', '-bios', tools.firmware, '-S');
  argv.push('-chardev', `${console},logfile=${value(logPath)},logappend=on`, '-serial', 'chardev:console');
  argv.push('-chardev', `socket,id=qmp,path=${value(paths.qmp)},server=on,wait=off`);
  argv.push('-mon', 'chardev=qmp,mode=control');
  return tools.nice === null ? argv : [tools.nice, '-n', '10', ...argv];
}

/**
 * Starts QEMU in a session of its own, so that it outlives us; the guest stands still. Rejects with
 * COMMAND_FAILED and the end of QEMU's complaints, or with the signal's reason; then nothing is left running.
 */
export async function launchQemu(options: LaunchOptions, signal: AbortSignal): Promise<QemuMachine> {
  const { paths, errorPath } = options;
  await makePrivateFolder(paths.folder);
  await endStray(paths);
  const stop = new AbortController();
  const deadline = AbortSignal.any([signal, stop.signal, AbortSignal.timeout(launchTimeoutMs)]);
  const complaints = await open(errorPath, 'w', 0o600);
  const [program, ...args] = qemuArgv(options);
  const child = spawn(program, args, {
    detached: true,
    stdio: ['ignore', complaints.fd, complaints.fd],
    // Not our folder and not our environment: an AppImage's mount and libraries are ours alone.
    cwd: '/',
    env: { PATH: process.env.PATH ?? '/usr/bin:/bin', LC_ALL: 'C' },
  });
  child.unref();
  child.once('error', (error) => stop.abort(error));
  child.once('exit', () => stop.abort(new Error('QEMU ended')));
  await complaints.close();
  const identity = child.pid === undefined ? null : await identify(child.pid);
  try {
    if (!identity) throw new Error('QEMU ended at once');
    return await QemuMachine.connect(
      { ...identity, consolePath: paths.console, qmpPath: paths.qmp },
      deadline,
    );
  } catch (cause) {
    if (identity) await killProcess(identity);
    signal.throwIfAborted();
    const stderr = (await readFile(errorPath, 'utf8').catch(() => '')).slice(-2000).trim();
    const text = stderr === '' ? 'QEMU did not start.' : `QEMU did not start: ${stderr}`;
    throw new LabError('COMMAND_FAILED', text, { details: { argv: [program, ...args], stderr } }, { cause });
  }
}

/**
 * Ends a QEMU that waits behind these sockets although no record of it exists: its owner was killed between
 * starting it and writing that down. Then removes the sockets.
 */
export async function endStray(paths: SocketPaths): Promise<void> {
  if (existsSync(paths.qmp)) {
    try {
      const qmp = await QmpClient.open(paths.qmp, AbortSignal.timeout(0));
      // It may hang up before it answers.
      await qmp.execute('quit').catch(() => {});
      qmp.close();
    } catch {
      // Nobody behind it.
    }
  }
  await rm(paths.console, { force: true });
  await rm(paths.qmp, { force: true });
}

/** In QEMU's option lists a comma is written twice. */
function value(path: string): string {
  return path.replaceAll(',', ',,');
}
