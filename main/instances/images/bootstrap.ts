import path from 'node:path';
import type { DebianSuite } from '../../contract/instanceSources.ts';
import { LabError } from '../../contract/labError.ts';
import { findProgram, runProgram } from '../sources/index.ts';
import { bootstrapProgress } from './buildProgress.ts';
import { requireSpace } from './diskSpace.ts';
import type { HostApt } from './hostApt.ts';
import type { BuildListener } from './sharedWork.ts';
import { answers } from './webProbe.ts';

const bootstrapMs = 20 * 60_000;
const probeMs = 5000;
/** It takes down its mounts and removes its folder when it is told to end. */
const graceMs = 15_000;
/** The unpacked system and its archive, twice what they are. */
const neededBytes = 900 * 1024 ** 2;

export async function canBootstrap(): Promise<boolean> {
  return (await findProgram('mmdebstrap')) !== null;
}

/**
 * Makes a minimal Debian of a suite with mmdebstrap, from the archive this machine's own packages come from where
 * that has the suite. Resolves with the tar of its root file system, in `dir`. Rejects with LabError
 * MISSING_DEPENDENCY, COMMAND_FAILED, TIMEOUT, DISK_FULL.
 */
export async function bootstrap(
  suite: DebianSuite,
  dir: string,
  apt: HostApt,
  listener: BuildListener,
): Promise<string> {
  await requireSpace(dir, neededBytes, 'Making a Debian');
  const tar = path.join(dir, 'base.tar');
  const archive = await archiveWith(suite, apt.archives, listener.signal);
  const options = apt.settings.map((line) => `--aptopt=${line.replace(/;$/, '')}`);
  const argv = ['--variant=minbase', '--include=ca-certificates', ...options, suite, tar];
  const progress = bootstrapProgress();
  try {
    await runProgram(['mmdebstrap', ...argv, ...(archive === null ? [] : [archive])], {
      timeoutMs: bootstrapMs,
      graceMs,
      signal: listener.signal,
      env: environment(dir),
      onLine: (line) => {
        listener.onLine(line);
        listener.onProgress(progress.read(line));
      },
    });
  } catch (error) {
    if (!(error instanceof LabError) || error.code !== 'COMMAND_FAILED') throw error;
    await requireSpace(dir, 16 * 1024 ** 2, 'Making a Debian');
    throw new LabError('COMMAND_FAILED', `mmdebstrap could not make a Debian ${suite}`, {
      hint: 'The log says why; mostly an archive of packages cannot be reached.',
      details: error.data.details ?? {},
    });
  }
  return tar;
}

/** The first of this machine's archives that has the suite; null: mmdebstrap's own choice. */
async function archiveWith(
  suite: DebianSuite,
  archives: readonly string[],
  signal: AbortSignal,
): Promise<string | null> {
  const release = (archive: string) => `${archive.replace(/\/+$/, '')}/dists/${suite}/InRelease`;
  const has = await Promise.all(
    archives.map((archive) => answers(release(archive), 'success', probeMs, signal)),
  );
  signal.throwIfAborted();
  return archives.find((_, index) => has[index]) ?? null;
}

function environment(dir: string): NodeJS.ProcessEnv {
  // A desktop session has no sbin folders in its PATH, and dpkg insists on what is there.
  const searchPath = `${process.env.PATH ?? '/usr/bin:/bin'}:/usr/local/sbin:/usr/sbin:/sbin`;
  const env: NodeJS.ProcessEnv = { ...process.env, PATH: searchPath, LC_ALL: 'C.UTF-8' };
  // As an ordinary user it works under other user ids, which cannot enter our folder.
  if (process.getuid?.() === 0) env.TMPDIR = dir;
  return env;
}
