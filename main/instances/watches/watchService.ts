import path from 'node:path';
import { isDeepStrictEqual } from 'node:util';
import type { Clock } from '../../base/clock.ts';
import type { Disposable } from '../../base/disposable.ts';
import { Emitter, type Event } from '../../base/emitter.ts';
import { JsonFile } from '../../base/jsonFile.ts';
import { loadTelling } from '../../base/jsonFileTelling.ts';
import { KeyedQueue } from '../../base/keyedQueue.ts';
import type { Logger } from '../../base/logger.ts';
import { fail, type Instance, LabError, type NewWatch, type Watch } from '../../contract/index.ts';
import type { NoticesService } from '../../notices/index.ts';
import type { SecretStore } from '../../secrets/index.ts';
import { isSameRepository, parseProject } from './gitlabProject.ts';
import { isIdle } from './planWatch.ts';
import { gitBranches } from './remoteBranches.ts';
import { RemovalAttempts, removalRetryMs } from './removalAttempts.ts';
import type { Remotes } from './seeSubjects.ts';
import type { WatchedInstances } from './watchedInstances.ts';
import { type StoredWatch, type WatchesDocument, watchesDocument } from './watchFile.ts';
import { tokenName, WatchKeeper } from './watchKeeper.ts';

interface WatchServiceOptions {
  readonly dir: string;
  readonly secrets: SecretStore;
  readonly instances: WatchedInstances;
  readonly clock: Clock;
  readonly notices: Pick<NoticesService, 'post'>;
  readonly logger: Logger;
  /** Where it looks; git and the network unless told. */
  readonly remotes?: Partial<Remotes>;
}

/**
 * Watches git remotes and GitLab projects, and keeps one instance for each open request or branch. Kept in
 * `<dir>/watches.json`, the tokens in the secret store.
 */
export class WatchService {
  readonly #options: WatchServiceOptions;
  readonly #file: JsonFile<WatchesDocument>;
  readonly #queue = new KeyedQueue<'list'>();
  readonly #changed = new Emitter<void>();
  readonly #removals: RemovalAttempts;
  readonly #stop = new AbortController();
  #retriesLater = false;
  #keepers: readonly WatchKeeper[] = [];
  #leaving: readonly string[] = [];
  #written: WatchesDocument | null = null;
  #listening: Disposable | null = null;
  readonly onDidChange: Event<void> = this.#changed.event;

  constructor(options: WatchServiceOptions) {
    this.#options = options;
    this.#removals = new RemovalAttempts(options.clock);
    this.#file = new JsonFile({
      path: path.join(options.dir, 'watches.json'),
      schema: watchesDocument,
      version: 1,
    });
  }

  /** Reads what is to be watched and begins to; never rejects, and waits for no remote. */
  async start(): Promise<void> {
    const { instances, notices, logger } = this.#options;
    const kept = await loadTelling(this.#file, {
      what: 'The watched repositories',
      topic: 'watches-file',
      notices,
      logger,
    });
    if (kept) {
      this.#keepers = kept.watches.map((stored) => this.#keep(stored));
      this.#leaving = kept.leaving;
      this.#written = kept;
    }
    this.#listening = instances.onDidChange(() => {
      for (const keeper of this.#keepers) keeper.instancesChanged();
      this.#removeLeft();
    });
    for (const keeper of this.#keepers) void keeper.run();
    this.#removeLeft();
  }

  list(): Watch[] {
    return this.#keepers.map((keeper) => keeper.view());
  }

  /**
   * Begins with no instances: what an earlier watch of that name left is nobody's. Rejects with LabError NAME_TAKEN,
   * BAD_REQUEST, CONFLICT (one of that name is still being taken apart), DISK_FULL.
   */
  add({ token, ...settings }: NewWatch): Promise<Watch> {
    const { secrets } = this.#options;
    const { watchId } = settings;
    return this.#queue.run('list', async () => {
      if (this.#keepers.some((keeper) => keeper.watchId === watchId))
        fail('NAME_TAKEN', `There is a watch ${watchId} already`, 'Choose another name.', {
          field: 'watchId',
        });
      if (this.#leaving.includes(watchId))
        fail('CONFLICT', `The instances of an earlier ${watchId} are being removed`, 'Wait for that.');
      checkTarget(settings);
      // A crash, or a full disk, may have come between the end of that one and their release.
      for (const { name } of this.#instancesOf(watchId)) await this.#release(name);
      if (token !== null) await secrets.set(tokenName(watchId), token);
      const keeper = this.#keep({ settings, hasToken: token !== null, lastLookMs: null, attempts: {} });
      try {
        await this.#change([...this.#keepers, keeper], this.#leaving);
      } catch (error) {
        if (token !== null) await secrets.remove(tokenName(watchId)).catch(() => {});
        throw error;
      }
      void keeper.run();
      return keeper.view();
    });
  }

  /**
   * Ends a watch. `remove`: its instances go too, one that is being worked on as soon as it is not; `keep`: they are
   * no watch's any more, not even of a later one of that name. Rejects with LabError NOT_FOUND, DISK_FULL.
   */
  async remove(watchId: string, instances: 'keep' | 'remove'): Promise<void> {
    await this.#queue.run('list', async () => {
      const keeper = this.#get(watchId);
      const leaving = instances === 'remove' ? [...this.#leaving, watchId] : this.#leaving;
      await this.#change(
        this.#keepers.filter((other) => other !== keeper),
        leaving,
      );
      await keeper.close();
      if (instances === 'keep')
        for (const { name } of keeper.mine())
          await this.#release(name).catch((error: unknown) =>
            this.#options.logger.warn('a kept instance still names its watch', { name, error }),
          );
      await this.#options.secrets.remove(tokenName(watchId));
    });
    this.#removeLeft();
  }

  /** Looks at its remote now. What went wrong there is the watch's `problem`. Rejects with LabError NOT_FOUND. */
  async look(watchId: string): Promise<Watch> {
    const keeper = this.#get(watchId);
    await keeper.look();
    return keeper.view();
  }

  /** What git needs to fetch from a repository that is watched with a token; null: no such watch. */
  async tokenFor(repository: string): Promise<string | null> {
    const keeper = this.#keepers.find(
      ({ stored }) => stored.hasToken && isSameRepository(repositoryOf(stored), repository),
    );
    return keeper ? this.#options.secrets.get(tokenName(keeper.watchId)) : null;
  }

  /** Ends what runs at once. */
  async close(): Promise<void> {
    this.#stop.abort(new LabError('INTERRUPTED', 'Labdeck is closing'));
    this.#listening?.dispose();
    this.#changed.dispose();
    await Promise.all(this.#keepers.map((keeper) => keeper.close()));
    await this.#queue.close(this.#stop.signal.reason);
  }

  #get(watchId: string): WatchKeeper {
    return (
      this.#keepers.find((keeper) => keeper.watchId === watchId) ??
      fail('NOT_FOUND', `There is no watch ${watchId}`, 'GET /watches lists them.')
    );
  }

  #keep(stored: StoredWatch): WatchKeeper {
    const { dir, instances, secrets, clock, logger, remotes } = this.#options;
    return new WatchKeeper(stored, {
      instances,
      secrets,
      clock,
      logger,
      remotes: {
        branches: remotes?.branches ?? gitBranches(path.join(dir, 'run')),
        fetch: remotes?.fetch ?? globalThis.fetch,
      },
      changed: () => {
        this.#changed.fire();
        this.#save().catch((error: unknown) => logger.warn('what a watch saw was not kept', { error }));
      },
    });
  }

  async #change(keepers: readonly WatchKeeper[], leaving: readonly string[]): Promise<void> {
    await this.#write(keepers, leaving);
    this.#keepers = keepers;
    this.#leaving = leaving;
    this.#changed.fire();
  }

  /** In its turn, so that an older picture never replaces a newer one. */
  #save(): Promise<void> {
    return this.#queue.run('list', () => this.#write(this.#keepers, this.#leaving));
  }

  async #write(keepers: readonly WatchKeeper[], leaving: readonly string[]): Promise<void> {
    const document = documentOf(keepers, leaving);
    // Instances change more often than what is kept of them here.
    if (isDeepStrictEqual(document, this.#written)) return;
    await this.#file.write(document);
    this.#written = document;
  }

  #instancesOf(watchId: string): Instance[] {
    return this.#options.instances.list().filter(({ watch }) => watch?.watchId === watchId);
  }

  /** Harmless when it is gone meanwhile. */
  async #release(name: string): Promise<void> {
    await this.#options.instances.release(name).catch((error: unknown) => {
      if (!(error instanceof LabError) || error.code !== 'NOT_FOUND') throw error;
    });
  }

  /** Removes what ended watches left, as far as nobody works on it. */
  #removeLeft(): void {
    if (this.#leaving.length === 0) return;
    void this.#queue
      .run('list', async (signal) => {
        for (const watchId of this.#leaving) {
          if (signal.aborted) return;
          const left = this.#instancesOf(watchId);
          for (const instance of left.filter(isIdle)) await this.#removeOne(instance);
          if (left.length === 0)
            await this.#change(
              this.#keepers,
              this.#leaving.filter((other) => other !== watchId),
            );
        }
      })
      .catch((error: unknown) =>
        this.#options.logger.warn('the instances of a watch are not all removed', { error }),
      )
      .then(() => this.#removeLeftLater());
  }

  async #removeOne({ key, name }: Instance): Promise<void> {
    const { instances, logger } = this.#options;
    if (!this.#removals.isDue(key)) return;
    this.#removals.note(key);
    await instances.remove(name).catch((error: unknown) => {
      logger.warn('an instance of an ended watch is still there', { name, error });
    });
  }

  /** Perhaps nothing changes that would bring us here again. */
  async #removeLeftLater(): Promise<void> {
    const { signal } = this.#stop;
    if (this.#leaving.length === 0 || this.#retriesLater || signal.aborted) return;
    this.#retriesLater = true;
    await this.#options.clock.sleep(removalRetryMs, signal).catch(() => {});
    this.#retriesLater = false;
    if (!signal.aborted) this.#removeLeft();
  }
}

function documentOf(keepers: readonly WatchKeeper[], leaving: readonly string[]): WatchesDocument {
  return { version: 1, watches: keepers.map(({ stored }) => stored), leaving: [...leaving] };
}

function repositoryOf({ settings: { target } }: StoredWatch): string {
  if (target.kind === 'branches') return target.repository;
  return parseProject(target.project)?.repository ?? target.project;
}

function checkTarget({ target }: StoredWatch['settings']): void {
  const address = target.kind === 'gitlab' ? target.project : target.repository;
  const field = target.kind === 'gitlab' ? 'target.project' : 'target.repository';
  const url = URL.canParse(address) ? new URL(address) : null;
  // ssh needs its user name, and its password is nowhere in an address.
  if (url && (url.password !== '' || (url.username !== '' && url.protocol.startsWith('http'))))
    fail(
      'BAD_REQUEST',
      'The address holds a name or a password',
      'Give a token instead: that is kept secret.',
      {
        field,
      },
    );
  if (target.kind === 'gitlab' && !parseProject(address))
    fail('BAD_REQUEST', `${address} names no project`, 'Such as https://gitlab.example.org/group/project.', {
      field,
    });
}
