import { mkdir } from 'node:fs/promises';
import path from 'node:path';
import type { InstanceSource, ResolvedSource } from '../../contract/instanceSources.ts';
import { openDecompressed } from './decompress.ts';
import { Git, type GitToken } from './git.ts';
import { GitMirrors } from './gitMirrors.ts';
import { type FoundPlace, findPlace } from './gitPlaces.ts';
import { gitProgress } from './gitProgress.ts';
import { versionOfCommit } from './gitVersion.ts';
import { findLavaTree, versionInName, versionOfTree } from './lavaTree.ts';
import { type Tarball, Tarballs } from './tarballs.ts';
import { treeLimits, unpackTar } from './unpack.ts';

/** Sources that are a tree of files. */
export type TreeSource = Extract<InstanceSource, { kind: 'branch' | 'tarball' }>;

export interface ReadRun {
  readonly signal?: AbortSignal;
  /** 0..1 of what comes over the net. */
  readonly onProgress?: (share: number) => void;
  readonly onLine?: (line: string) => void;
}

/** What a source is now. */
export interface FoundTree {
  readonly resolved: ResolvedSource;
  /** Of its content alone: the same files from elsewhere have the same. */
  readonly identity: string;
}

export interface FetchedTree extends FoundTree {
  /** The top of the tree, under the folder it was fetched into. */
  readonly tree: string;
  /** Of LAVA; where the tree does not say and has no release in its history, made from `baseVersion`. */
  version(baseVersion: string): Promise<string>;
}

const locationField = 'source.location';
/** More than any text compresses; a bomb does a thousand and more. */
const maxRatio = 200;
const alwaysAllowedBytes = 64 * 1024 ** 2;

/** Finds out what branches and tarballs are now, and brings their trees here. */
export class SourceReader {
  readonly #git: Git;
  readonly #mirrors: GitMirrors;
  readonly #tarballs: Tarballs;

  /** `cacheDir` keeps what was fetched, `scratchDir` exists and is swept by its owner. */
  constructor(options: {
    readonly cacheDir: string;
    readonly scratchDir: string;
    readonly gitToken?: GitToken;
  }) {
    this.#git = new Git({
      scratchDir: options.scratchDir,
      ...(options.gitToken ? { token: options.gitToken } : {}),
    });
    this.#mirrors = new GitMirrors(this.#git, path.join(options.cacheDir, 'git'));
    this.#tarballs = new Tarballs(path.join(options.cacheDir, 'tarballs'));
  }

  /**
   * Asks the remote, or reads the file; a tarball that is not here yet is downloaded. Rejects with LabError
   * BAD_REQUEST (with the `field` of the source at fault), TIMEOUT, MISSING_DEPENDENCY, TOO_LARGE, DISK_FULL, DAMAGED.
   */
  async resolve(source: TreeSource, run: ReadRun = {}): Promise<FoundTree> {
    return source.kind === 'tarball'
      ? asTree(await this.#tarballs.get(source.location, source.sha256, run))
      : (await this.#locate(source, run)).found;
  }

  /** Brings the tree as it is now into `dir`, an empty folder, and checks that it is LAVA's. Rejects as `resolve`. */
  async fetch(source: TreeSource, dir: string, run: ReadRun = {}): Promise<FetchedTree> {
    await mkdir(dir, { recursive: true, mode: 0o755 });
    return source.kind === 'tarball'
      ? this.#unpackTarball(source, dir, run)
      : this.#checkOut(source, dir, run);
  }

  /** Removes what a killed Labdeck left half written. */
  async sweep(): Promise<void> {
    await Promise.all([this.#mirrors.sweep(), this.#tarballs.sweep()]);
  }

  /** Forgets all that was fetched. */
  async clear(): Promise<void> {
    await Promise.all([this.#mirrors.clear(), this.#tarballs.clear()]);
  }

  async #locate(source: Extract<TreeSource, { kind: 'branch' }>, run: ReadRun) {
    const place = await findPlace(this.#git, source.repository, source.at, run.signal);
    // Only fetching tells whether there is a commit of that id, and which one a short id is.
    const commit =
      place.id === null && place.commit !== null
        ? place.commit
        : await this.#bring(source.repository, place, run);
    return { place, found: asCommit(place, commit) };
  }

  #bring(repository: string, place: FoundPlace, run: ReadRun): Promise<string> {
    return this.#mirrors.fetch(repository, place, {
      ...(run.signal ? { signal: run.signal } : {}),
      onLine: (line) => {
        const share = gitProgress(line);
        if (share === null) run.onLine?.(line);
        else run.onProgress?.(share);
      },
    });
  }

  async #checkOut(
    source: Extract<TreeSource, { kind: 'branch' }>,
    dir: string,
    run: ReadRun,
  ): Promise<FetchedTree> {
    const { repository } = source;
    const { place } = await this.#locate(source, run);
    const commit = await this.#bring(repository, place, run);
    const signal = run.signal ? { signal: run.signal } : {};
    const archive = await this.#mirrors.archive(repository, commit, signal);
    await unpackTar(archive.stdout, dir, { field: 'source.repository', outwardLinks: 'keep', ...signal });
    await archive.done;
    const tree = await findLavaTree(dir, 'source.repository');
    return {
      ...asCommit(place, commit),
      tree,
      version: (baseVersion) =>
        versionOfCommit(this.#git, this.#mirrors, { repository, commit, baseVersion }, run.signal),
    };
  }

  async #unpackTarball(
    source: Extract<TreeSource, { kind: 'tarball' }>,
    dir: string,
    run: ReadRun,
  ): Promise<FetchedTree> {
    const tarball = await this.#tarballs.get(source.location, source.sha256, run);
    const options = { field: locationField, ...(run.signal ? { signal: run.signal } : {}) };
    const maxBytes = Math.min(
      treeLimits.maxBytes,
      Math.max(alwaysAllowedBytes, tarball.sizeBytes * maxRatio),
    );
    const tar = await openDecompressed(tarball.file, options);
    await unpackTar(tar, dir, { ...options, limits: { ...treeLimits, maxBytes } });
    const tree = await findLavaTree(dir, locationField);
    const own =
      (await versionOfTree(tree)) ?? versionInName(path.basename(tree)) ?? versionInName(tarball.name);
    return {
      ...asTree(tarball),
      tree,
      version: async (baseVersion) => own ?? `${baseVersion}+${tarball.sha256.slice(0, 7)}`,
    };
  }
}

function asCommit(place: FoundPlace, commit: string): FoundTree {
  const title =
    place.id === null ? `${place.title} at ${commit.slice(0, 7)}` : `commit ${commit.slice(0, 7)}`;
  return { resolved: { title, commit, sha256: null }, identity: `git:${commit}` };
}

function asTree({ name, sha256 }: Tarball): FoundTree {
  return { resolved: { title: name, commit: null, sha256 }, identity: `tarball:${sha256}` };
}
