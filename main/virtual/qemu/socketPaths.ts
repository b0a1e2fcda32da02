import { createHash } from 'node:crypto';
import { lstat, mkdir } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { LabError } from '../../contract/labError.ts';

/** sun_path holds 108 bytes with its final NUL on Linux, 104 on macOS. */
const maxSocketPath = process.platform === 'darwin' ? 103 : 107;

export interface SocketPaths {
  readonly folder: string;
  readonly console: string;
  readonly qmp: string;
}

/**
 * Where the sockets of one board are: in `runtimeDir`, or, where their names would not fit, in a folder of
 * the temporary one. Always the same for the same board, so that a restarted core finds them.
 */
export function socketPaths(runtimeDir: string, dir: string, key: string): SocketPaths {
  const name = shortHash(`${resolve(dir)}\0${key}`);
  const wanted = resolve(runtimeDir);
  const fits = Buffer.byteLength(join(wanted, `${name}.con`)) <= maxSocketPath;
  const folder = fits ? wanted : join(tmpdir(), `labdeck-${process.getuid?.() ?? 0}-${shortHash(wanted)}`);
  return { folder, console: join(folder, `${name}.con`), qmp: join(folder, `${name}.qmp`) };
}

/**
 * Makes the folder, for this user alone. Rejects with PERMISSION_DENIED when somebody else made it first:
 * whoever owns the folder of a socket can put their own in its place.
 */
export async function makePrivateFolder(folder: string): Promise<void> {
  await mkdir(folder, { recursive: true, mode: 0o700 });
  const found = await lstat(folder);
  const mine = process.getuid === undefined || found.uid === process.getuid();
  if (!found.isDirectory() || !mine || (found.mode & 0o022) !== 0)
    throw new LabError('PERMISSION_DENIED', `${folder} is not a folder only this user can write to.`, {
      hint: 'Remove it, or make it yours with mode 0700.',
    });
}

function shortHash(text: string): string {
  return createHash('sha256').update(text).digest('hex').slice(0, 16);
}
