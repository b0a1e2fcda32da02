import { access, constants, readdir, readFile, stat } from 'node:fs/promises';
import { userInfo } from 'node:os';
import { delimiter, join } from 'node:path';
import { errnoOf } from '../base/errno.ts';
import { exec } from '../base/exec.ts';
import { freeBytes } from '../base/freeBytes.ts';

export type Argv = readonly [string, ...string[]];

export interface Who {
  readonly uid: number;
  readonly user: string;
}

/** The doctor's senses: all that checks ask of this machine, so that tests can be another one. */
export interface Machine {
  readonly who: Who;
  readonly env: NodeJS.ProcessEnv;
  nowMs(): number;
  /** null: it is not there. Rejects when it is there and may not be read. */
  read(file: string): Promise<string | null>;
  /** Names in a folder; none where it is not there. */
  list(folder: string): Promise<string[]>;
  exists(file: string): Promise<boolean>;
  /** When it was last changed, in ms since the epoch, and the file system it is on; null: it is not there. */
  facts(file: string): Promise<{ readonly changedAtMs: number; readonly device: number } | null>;
  /** Bytes this user may still write there; null: nobody can tell. */
  freeBytes(folder: string): Promise<number | null>;
  /** Where a program is; null: not installed. Looks in the administrator's folders too. */
  find(program: string): Promise<string | null>;
  /** Names of the programs that run, as far as they may be seen. */
  processes(): Promise<string[]>;
  /** What a program prints. Rejects with LabError MISSING_DEPENDENCY, TIMEOUT or COMMAND_FAILED. */
  run(argv: Argv, signal: AbortSignal, timeoutMs?: number): Promise<string>;
}

const usualTimeoutMs = 4000;
/** A desktop app's PATH is often short, and ordinary users' lacks the administrator's folders. */
const extraFolders = ['/usr/local/bin', '/usr/bin', '/bin', '/usr/local/sbin', '/usr/sbin', '/sbin'];

/** This very machine. */
export function thisMachine(given: NodeJS.ProcessEnv = process.env): Machine {
  const folders = [...new Set([...(given.PATH ?? '').split(delimiter).filter(Boolean), ...extraFolders])];
  // What `find` finds must also run.
  const env = { ...given, PATH: folders.join(delimiter) };
  return {
    who: whoWeAre(),
    env,
    nowMs: () => Date.now(),
    read: (file) => readFile(file, 'utf8').catch(nullWhereMissing),
    list: (folder) => readdir(folder).catch(() => []),
    exists: (file) => may(file, constants.F_OK),
    facts: async (file) => {
      const found = await stat(file).catch(() => null);
      return found && { changedAtMs: found.mtimeMs, device: found.dev };
    },
    freeBytes,
    find: async (program) => {
      for (const folder of folders)
        if (await may(join(folder, program), constants.X_OK)) return join(folder, program);
      return null;
    },
    processes: async () => {
      const pids = (await readdir('/proc').catch(() => [])).filter((name) => /^\d+$/.test(name));
      const names = await Promise.all(
        pids.map((pid) => readFile(`/proc/${pid}/comm`, 'utf8').catch(() => '')),
      );
      return names.map((name) => name.trim()).filter((name) => name !== '');
    },
    run: async (argv, signal, timeoutMs = usualTimeoutMs) => {
      // In English: it is read.
      return (await exec(argv, { timeoutMs, signal, env: { ...env, LC_ALL: 'C' } })).stdout;
    },
  };
}

function whoWeAre(): Who {
  const uid = process.geteuid?.() ?? -1;
  try {
    return { uid, user: userInfo().username };
  } catch {
    // A user id without a name.
    return { uid, user: `#${uid}` };
  }
}

function may(file: string, mode: number): Promise<boolean> {
  return access(file, mode).then(
    () => true,
    () => false,
  );
}

function nullWhereMissing(error: unknown): null {
  const errno = errnoOf(error);
  if (errno === 'ENOENT' || errno === 'ENOTDIR') return null;
  throw error;
}
