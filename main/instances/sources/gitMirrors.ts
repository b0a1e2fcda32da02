import { createHash } from 'node:crypto';
import { mkdir, readdir, rm, stat, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { KeyedQueue } from '../../base/keyedQueue.ts';
import { LabError } from '../../contract/labError.ts';
import { addressOf, type Git, type GitRun, localMs } from './git.ts';
import type { FoundPlace } from './gitPlaces.ts';
import { unreadable } from './gitRefs.ts';
import type { RunningProgram } from './program.ts';
import { withoutCredentials } from './safeUrl.ts';

export interface FetchRun {
  readonly signal?: AbortSignal;
  readonly onLine?: (line: string) => void;
}

/** Enough for `git describe` to meet the last release, and far less than the whole history. */
const depth = 300;
const fetchMs = 30 * 60_000;
/** In a mirror while it is written to; one found at start was left by a Labdeck that was killed. */
const busyMark = 'labdeck-busy';

/**
 * Bare copies of remotes, one for each, with the commits that were asked for. They are a cache: what is missing or
 * was left half done is fetched again.
 */
export class GitMirrors {
  readonly #git: Git;
  readonly #dir: string;
  readonly #queue = new KeyedQueue<string>();

  constructor(git: Git, dir: string) {
    this.#git = git;
    this.#dir = dir;
  }

  /**
   * Brings a place here; resolves with its commit, which is another one than `place.commit` when that was replaced on
   * the remote meanwhile. Rejects with LabError BAD_REQUEST (`source.repository`, `source.at`), TIMEOUT.
   */
  fetch(repository: string, place: FoundPlace, run: FetchRun = {}): Promise<string> {
    const mirror = this.#mirrorOf(repository);
    return this.#queue.run(mirror, async () => {
      run.signal?.throwIfAborted();
      if (place.commit !== null && (await this.#has(mirror, place.commit))) return place.commit;
      await mkdir(mirror, { recursive: true, mode: 0o700 });
      await writeFile(path.join(mirror, busyMark), '');
      try {
        await this.#git.run(['init', '--quiet', '--bare', '--template=', '--', mirror], {
          timeoutMs: localMs,
        });
        return await this.#bring(mirror, repository, place, run);
      } catch (error) {
        throw unreadable(error, repository);
      } finally {
        await rm(path.join(mirror, busyMark), { force: true });
      }
    });
  }

  /** The files of a commit that was fetched, as a tar. */
  archive(repository: string, commit: string, run: FetchRun = {}): Promise<RunningProgram> {
    const args = ['--git-dir', this.#mirrorOf(repository), 'archive', '--format=tar', commit];
    return this.#git.start(args, { timeoutMs: fetchMs, ...run });
  }

  /** In a repository here; rejects as `runProgram` does. */
  ask(repository: string, args: readonly string[], run: Omit<GitRun, 'repository' | 'timeoutMs'> = {}) {
    return this.#git.run(['--git-dir', this.#mirrorOf(repository), ...args], { timeoutMs: localMs, ...run });
  }

  /** Removes what a killed Labdeck left half written. */
  async sweep(): Promise<void> {
    for (const name of await readdir(this.#dir).catch(() => [])) {
      const mirror = path.join(this.#dir, name);
      const isBusy = await stat(path.join(mirror, busyMark)).then(
        () => true,
        () => false,
      );
      if (isBusy) await rm(mirror, { recursive: true, force: true });
    }
  }

  /** Removes all of them, each when nobody uses it. */
  async clear(): Promise<void> {
    for (const name of await readdir(this.#dir).catch(() => [])) {
      const mirror = path.join(this.#dir, name);
      await this.#queue.run(mirror, () => rm(mirror, { recursive: true, force: true }));
    }
  }

  #mirrorOf(repository: string): string {
    const name = createHash('sha256').update(repository).digest('hex').slice(0, 24);
    return path.join(this.#dir, `${name}.git`);
  }

  async #bring(mirror: string, repository: string, place: FoundPlace, run: FetchRun): Promise<string> {
    const shallow = (from: string, to: string) =>
      this.#fetch(mirror, repository, [`--depth=${depth}`], [`+${from}:${to}`], run);
    if (place.commit !== null) {
      const byId = await attempt(shallow(place.commit, keptRef(place.commit)));
      if (byId === null) return place.commit;
      // Some servers give only what a name stands for, and a branch may have moved since it was looked up.
      if (place.ref !== null) {
        await shallow(place.ref, incoming);
        return this.#keep(mirror, incoming);
      }
    }
    await this.#fetch(
      mirror,
      repository,
      [],
      ['+refs/heads/*:refs/remotes/*', '+refs/tags/*:refs/tags/*'],
      run,
    );
    const wanted = place.commit ?? place.id ?? 'HEAD';
    return this.#keep(mirror, wanted).catch((error: unknown) => {
      if (!(error instanceof LabError) || error.code !== 'COMMAND_FAILED') throw error;
      throw new LabError('BAD_REQUEST', `${withoutCredentials(repository)} has no commit ${wanted}`, {
        hint: 'Give its whole id, of 40 hex digits, or the branch it is on.',
        field: 'source.at',
      });
    });
  }

  /** Its ref is written last: a commit that has one is here with all its files. */
  async #keep(mirror: string, revision: string): Promise<string> {
    const ask = (args: readonly string[]) =>
      this.#git.run(['--git-dir', mirror, ...args], { timeoutMs: localMs });
    const commit = (await ask(['rev-parse', '--verify', '--end-of-options', `${revision}^{commit}`])).trim();
    await ask(['update-ref', keptRef(commit), commit]);
    return commit;
  }

  async #fetch(
    mirror: string,
    repository: string,
    options: readonly string[],
    refspecs: readonly string[],
    run: FetchRun,
  ): Promise<void> {
    const always = ['--no-tags', '--no-recurse-submodules', '--no-write-fetch-head', '--progress'];
    const args = [
      '--git-dir',
      mirror,
      'fetch',
      ...always,
      ...options,
      '--',
      addressOf(repository),
      ...refspecs,
    ];
    await this.#git.run(args, { timeoutMs: fetchMs, repository, ...run });
  }

  #has(mirror: string, commit: string): Promise<boolean> {
    const args = ['--git-dir', mirror, 'show-ref', '--verify', '--quiet', keptRef(commit)];
    return this.#git.run(args, { timeoutMs: localMs }).then(
      () => true,
      () => false,
    );
  }
}

const incoming = 'refs/labdeck/incoming';
const keptRef = (commit: string) => `refs/labdeck/${commit}`;

/** The failure of a command that may fail for a reason another one does not; null: it went well. */
function attempt(work: Promise<unknown>): Promise<LabError | null> {
  return work.then(
    () => null,
    (error: unknown) => {
      if (error instanceof LabError && error.code === 'COMMAND_FAILED') return error;
      throw error;
    },
  );
}
