import { type Disposable, DisposableStore, toDisposable } from '../base/disposable.ts';
import { Emitter } from '../base/emitter.ts';
import { messageOf } from '../base/errno.ts';
import type { Logger } from '../base/logger.ts';
import type { InstancePart } from '../contract/index.ts';
import type { ContainerEngine, ContainerInfo } from './engine/engine.ts';
import type { InstanceStatus } from './instanceStatus.ts';
import { type Observation, unseen } from './instanceView.ts';
import { generationName, labFilter } from './names.ts';
import type { RunFolder } from './runFolder.ts';

/** Init writes every 5 s; after so long without it something is wrong inside. */
const silentAfterMs = 25_000;
/** Several events come at once: one look for all. */
const lookAfterMs = 100;
const tellUsageEveryMs = 5000;
/** Longer after it was asked for, a restart is a crash. */
const expectedWithinMs = 30_000;
/** Should an event be lost. A listing costs a process, so not often. */
const lookEveryMs = 5 * 60_000;

/** What became of an instance between two looks. */
export type Happening =
  | {
      readonly what: 'part-restarted';
      readonly key: string;
      readonly part: string;
      readonly detail: string | null;
    }
  | { readonly what: 'container-died'; readonly key: string; readonly exitCode: number | null }
  | { readonly what: 'container-removed'; readonly key: string };

interface Followed {
  readonly containerName: string;
  readonly held: Disposable;
  seen: Observation;
  /** When the status last changed, by a clock that never steps. */
  saidAtMs: number;
}

/**
 * Watches the containers of the instances: their state by the engine's events, their health by the status each writes
 * into its run folder. Looking costs nothing but a small file's reading; no program is started for it.
 */
export class InstanceObserver {
  readonly #logger: Logger;
  readonly #labId: () => string;
  readonly #changed = new Emitter<string>();
  readonly #happened = new Emitter<Happening>();
  readonly #followed = new Map<string, Followed>();
  /** Parts somebody asked to be restarted, and when. */
  readonly #expected = new Map<string, number>();
  #watching: Disposable | null = null;
  #engine: ContainerEngine | null = null;
  #lookTimer: NodeJS.Timeout | null = null;
  #usageTimer: NodeJS.Timeout | null = null;
  #looking: Promise<void> = Promise.resolve();
  #closed = false;
  /** An instance's key. */
  readonly onDidChange = this.#changed.event;
  readonly onDidHappen = this.#happened.event;

  constructor(deps: { labId: () => string; logger: Logger }) {
    this.#labId = deps.labId;
    this.#logger = deps.logger;
  }

  /** From now on by this engine's events. */
  start(engine: ContainerEngine): void {
    if (this.#engine === engine || this.#closed) return;
    this.#engine = engine;
    this.#watching?.dispose();
    const watching = new DisposableStore();
    watching.add(engine.watch(labFilter(this.#labId()), () => this.#lookSoon(lookAfterMs)));
    const timer = setInterval(() => this.#lookSoon(0), lookEveryMs);
    timer.unref();
    watching.add(toDisposable(() => clearInterval(timer)));
    this.#watching = watching;
  }

  /** Somebody asked for it: when this part is started again soon, that is no crash. */
  expectRestart(key: string, part: InstancePart): void {
    this.#expected.set(`${key} ${part}`, performance.now());
  }

  get(key: string): Observation {
    return this.#followed.get(key)?.seen ?? unseen;
  }

  /** Watches this generation of the instance, and no other of it. */
  follow(key: string, generation: number, folder: RunFolder): void {
    const containerName = generationName({ key, number: generation });
    if (this.#followed.get(key)?.containerName === containerName || this.#closed) return;
    this.unfollow(key);
    const held = new DisposableStore();
    const followed: Followed = { containerName, held, seen: unseen, saidAtMs: performance.now() };
    this.#followed.set(key, followed);
    let isReading = false;
    let isNewer = false;
    const read = (): void => {
      isNewer = isReading;
      if (isReading) return;
      isReading = true;
      void folder
        .readStatus()
        .then((status) => this.#noteStatus(key, followed, status))
        .catch((error: unknown) => this.#logger.warn('a status cannot be read', { key, error }))
        .finally(() => {
          isReading = false;
          if (isNewer) read();
        });
    };
    held.add(folder.watch(read));
    read();
  }

  unfollow(key: string): void {
    this.#followed.get(key)?.held.dispose();
    this.#followed.delete(key);
  }

  /** Looks at the containers now. Never rejects; while the engine does not answer, what was seen last stays. */
  look(): Promise<void> {
    if (this.#lookTimer) clearTimeout(this.#lookTimer);
    this.#lookTimer = null;
    this.#looking = this.#looking.then(() => this.#lookNow());
    return this.#looking;
  }

  close(): void {
    this.#closed = true;
    if (this.#lookTimer) clearTimeout(this.#lookTimer);
    if (this.#usageTimer) clearTimeout(this.#usageTimer);
    for (const key of [...this.#followed.keys()]) this.unfollow(key);
    this.#watching?.dispose();
  }

  #lookSoon(afterMs: number): void {
    if (this.#closed) return;
    this.#lookTimer ??= setTimeout(() => void this.look(), afterMs);
  }

  async #lookNow(): Promise<void> {
    if (!this.#engine || this.#closed) return;
    let containers: ContainerInfo[];
    try {
      containers = await this.#engine.containers(labFilter(this.#labId()));
    } catch (error) {
      this.#logger.warn('the containers cannot be listed', { error: messageOf(error) });
      return;
    }
    for (const [key, followed] of this.#followed) {
      const container = containers.find(({ name }) => name === followed.containerName) ?? null;
      this.#noteContainer(key, followed, container);
    }
  }

  #noteContainer(key: string, followed: Followed, container: ContainerInfo | null): void {
    const before = followed.seen.container;
    if (before?.state !== 'running' && container?.state === 'running') followed.saidAtMs = performance.now();
    followed.seen = { ...followed.seen, container };
    if (!isSame(before, container)) this.#changed.fire(key);
    if (before?.state !== 'running') return;
    if (container === null) this.#happened.fire({ what: 'container-removed', key });
    else if (container.state === 'stopped')
      this.#happened.fire({ what: 'container-died', key, exitCode: container.exitCode });
  }

  #noteStatus(key: string, followed: Followed, status: InstanceStatus | null): void {
    if (this.#followed.get(key) !== followed) return;
    const before = followed.seen;
    const isNews = status?.atMs !== before.status?.atMs || status?.bootId !== before.status?.bootId;
    const nowMs = performance.now();
    const isSilent =
      !isNews && nowMs - followed.saidAtMs > silentAfterMs && before.container?.state === 'running';
    if (!isNews && isSilent === before.isSilent) return;
    const cpuPercent = isNews ? cpuBetween(before, status, nowMs - followed.saidAtMs) : before.cpuPercent;
    if (isNews) followed.saidAtMs = nowMs;
    followed.seen = { ...before, status, isSilent, cpuPercent };
    // Its container may be gone, and the event of that lost.
    if (isSilent) this.#lookSoon(lookAfterMs);
    if (isOnlyUsage(before, followed.seen)) this.#tellUsage(key);
    else this.#changed.fire(key);
    for (const restarted of restartedParts(before.status, status))
      if (!this.#wasExpected(key, restarted.part)) this.#happened.fire({ ...restarted, key });
  }

  /** What everybody uses changes all the time: told together, so that eight idle instances cost little. */
  #tellUsage(key: string): void {
    this.#usageTimer ??= setTimeout(() => {
      this.#usageTimer = null;
      this.#changed.fire(key);
    }, tellUsageEveryMs);
    this.#usageTimer.unref();
  }

  #wasExpected(key: string, part: string): boolean {
    const askedMs = this.#expected.get(`${key} ${part}`);
    this.#expected.delete(`${key} ${part}`);
    return askedMs !== undefined && performance.now() - askedMs < expectedWithinMs;
  }
}

/** Nothing but the time and what it uses is another. */
function isOnlyUsage(before: Observation, after: Observation): boolean {
  if (!before.status || !after.status || before.isSilent !== after.isSilent) return false;
  const rest = ({ atMs, usage, ...status }: InstanceStatus) => JSON.stringify(status);
  return rest(before.status) === rest(after.status);
}

/** Percent of one core since the status before; null where there is none of the same run. */
function cpuBetween(
  { status: before, cpuPercent }: Observation,
  after: InstanceStatus | null,
  passedMs: number,
) {
  if (!before || !after || before.bootId !== after.bootId) return null;
  // Two that follow at once say little.
  if (passedMs < 1000) return cpuPercent;
  return Math.max(0, ((after.usage.cpuSeconds - before.usage.cpuSeconds) / (passedMs / 1000)) * 100);
}

function restartedParts(before: InstanceStatus | null, after: InstanceStatus | null) {
  if (!before || !after || before.bootId !== after.bootId) return [];
  return Object.entries(after.parts).flatMap(([part, { restarts, detail }]) =>
    restarts > before.parts[part as keyof typeof before.parts].restarts
      ? [{ what: 'part-restarted' as const, part, detail }]
      : [],
  );
}

function isSame(a: ContainerInfo | null | undefined, b: ContainerInfo | null): boolean {
  if (!a || !b) return a === b;
  return a.containerId === b.containerId && a.state === b.state && a.exitCode === b.exitCode;
}
