import type { Clock } from '../../base/clock.ts';
import { KeyedQueue } from '../../base/keyedQueue.ts';
import type { Logger } from '../../base/logger.ts';
import { problemOf } from '../../base/problem.ts';
import { fail, type Instance, LabError, newInstance, type Watch } from '../../contract/index.ts';
import type { SecretStore } from '../../secrets/index.ts';
import { nameFor } from './instanceNames.ts';
import { forgetAttempts, isIdle, planWatch, type Step, subjectOf } from './planWatch.ts';
import { RemovalAttempts } from './removalAttempts.ts';
import { type Remotes, seeSubjects } from './seeSubjects.ts';
import type { Subject } from './subject.ts';
import type { WatchedInstances } from './watchedInstances.ts';
import type { Attempt, StoredWatch } from './watchFile.ts';

export const tokenName = (watchId: string) => `watch/${watchId}/token`;

export interface KeeperDeps {
  readonly instances: WatchedInstances;
  readonly secrets: Pick<SecretStore, 'get'>;
  readonly remotes: Remotes;
  readonly clock: Clock;
  readonly logger: Logger;
  /** What is stored or shown of it has changed. */
  readonly changed: () => void;
}

/** One watch: looks at its remote again and again and keeps its instances in step, one thing after another. */
export class WatchKeeper {
  readonly #deps: KeeperDeps;
  readonly #queue = new KeyedQueue<'watch'>();
  readonly #stop = new AbortController();
  readonly #removals: RemovalAttempts;
  #stored: StoredWatch;
  /** What was open at the last look that went well; null: not known in this run. */
  #seen: readonly Subject[] | null = null;
  #lookProblem: Watch['problem'] = null;
  /** The server asked for more patience than the watch has. */
  #patienceMs = 0;
  #signature: string;

  constructor(stored: StoredWatch, deps: KeeperDeps) {
    this.#stored = stored;
    this.#deps = deps;
    this.#removals = new RemovalAttempts(deps.clock);
    this.#signature = this.#sign();
  }

  get watchId(): string {
    return this.#stored.settings.watchId;
  }

  get stored(): StoredWatch {
    return this.#stored;
  }

  view(): Watch {
    const { settings, hasToken, lastLookMs, attempts } = this.#stored;
    const problem =
      this.#lookProblem ?? Object.values(attempts).find((each) => each.problem)?.problem ?? null;
    return { ...settings, hasToken, lastLookMs, problem, subjects: this.#subjects() };
  }

  /** Looks now, and then every so often until `close`. */
  async run(): Promise<void> {
    const { signal } = this.#stop;
    while (!signal.aborted) {
      await this.look().catch(() => {});
      const waitMs = Math.max(this.#stored.settings.everyMinutes * 60_000, this.#patienceMs);
      await this.#deps.clock.sleep(waitMs, signal).catch(() => {});
    }
  }

  /** Resolves once it has looked and begun what follows. What went wrong is in `view().problem`. Rejects when closed. */
  look(): Promise<void> {
    return this.#queue.run('watch', async (signal) => {
      signal.throwIfAborted();
      try {
        this.#seen = await seeSubjects(
          this.#stored.settings,
          await this.#token(),
          this.#deps.remotes,
          signal,
        );
        this.#lookProblem = null;
        this.#patienceMs = 0;
      } catch (error) {
        signal.throwIfAborted();
        this.#lookProblem = problemOf(error);
        this.#patienceMs = patienceOf(error);
        this.#deps.logger.warn('a remote could not be looked at', {
          watchId: this.watchId,
          ...this.#lookProblem,
        });
      }
      this.#stored = { ...this.#stored, lastLookMs: this.#deps.clock.nowMs() };
      // What could not be seen has not closed: only an answer changes anything.
      if (this.#lookProblem === null) await this.#reconcile(signal);
      this.#deps.changed();
    });
  }

  /** Some instance changed: goes on where one of this watch did. */
  instancesChanged(): void {
    const signature = this.#sign();
    if (signature === this.#signature || this.#stop.signal.aborted) return;
    this.#signature = signature;
    this.#deps.changed();
    void this.#queue
      .run('watch', async (signal) => {
        if (signal.aborted) return;
        await this.#reconcile(signal);
        this.#deps.changed();
      })
      .catch((error: unknown) => this.#deps.logger.error('a watch does not go on', { error }));
  }

  /** Stops at once; what was begun with instances goes on without it. */
  async close(): Promise<void> {
    const reason = new LabError('INTERRUPTED', 'This watch has ended');
    this.#stop.abort(reason);
    await this.#queue.close(reason);
  }

  mine(): Instance[] {
    return this.#deps.instances.list().filter(({ watch }) => watch?.watchId === this.watchId);
  }

  async #token(): Promise<string | null> {
    if (!this.#stored.hasToken) return null;
    return (
      (await this.#deps.secrets.get(tokenName(this.watchId))) ??
      fail(
        'NOT_FOUND',
        'The token of this watch is gone',
        'Remove the watch and add it again with a token. Instances you keep stay as they are, beside its new ones.',
      )
    );
  }

  /** Begins what can begin now. What is begun shows in the instances, whose changes bring us here again. */
  async #reconcile(signal: AbortSignal): Promise<void> {
    const subjects = this.#seen;
    if (subjects === null) return;
    const tried = new Set<string>();
    for (;;) {
      const mine = this.mine();
      this.#removals.keepOnly(new Set(mine.map(({ key }) => key)));
      this.#attempts(forgetAttempts({ subjects, mine, attempts: this.#stored.attempts }));
      const { settings, attempts } = this.#stored;
      const plan = planWatch({ settings, subjects, mine, attempts, nowMs: this.#deps.clock.nowMs() });
      const step = plan.steps.find((each) => !tried.has(keyOf(each)) && this.#isDue(each));
      if (!step || signal.aborted) return;
      tried.add(keyOf(step));
      await this.#take(step);
    }
  }

  #isDue(step: Step): boolean {
    return step.do !== 'remove' || this.#removals.isDue(step.instance.key);
  }

  async #take(step: Step): Promise<void> {
    const { instances, logger } = this.#deps;
    const { watchId } = this;
    try {
      if (step.do === 'remove') {
        this.#removals.note(step.instance.key);
        await instances.remove(step.instance.name);
      } else if (step.do === 'upgrade') {
        this.#note(step.subject, { madeKey: null });
        await instances.upgrade(step.instance.name);
      } else {
        this.#note(step.subject, { madeKey: null });
        const { subject } = step.subject;
        const { key } = await instances.install(this.#request(step.subject), { watchId, subject });
        this.#note(step.subject, { madeKey: key });
      }
    } catch (error) {
      const problem = problemOf(error);
      logger.warn('a watch could not do what it wanted', { watchId, what: keyOf(step), ...problem });
      if (step.do !== 'remove') this.#note(step.subject, { problem });
    }
  }

  #request({ subject, repository, at }: Subject) {
    const { watchId, suite, memoryLimitBytes, lean } = this.#stored.settings;
    const taken = new Set<string>(this.#deps.instances.list().map(({ name }) => name));
    return newInstance.parse({
      name: nameFor(watchId, subject, taken),
      source: { kind: 'branch', repository, at, suite },
      memoryLimitBytes,
      lean,
    });
  }

  #note({ subject, commit }: Subject, found: Partial<Attempt>): void {
    const attempt = { commit, atMs: this.#deps.clock.nowMs(), madeKey: null, problem: null, ...found };
    this.#attempts({ ...this.#stored.attempts, [subject]: attempt });
  }

  #attempts(attempts: StoredWatch['attempts']): void {
    this.#stored = { ...this.#stored, attempts };
  }

  #subjects(): Watch['subjects'] {
    const mine = this.mine();
    if (this.#seen === null)
      return mine.map((instance) => ({
        subject: subjectOf(instance),
        title: subjectOf(instance),
        commit: instance.resolved?.commit ?? '',
        instance: instance.name,
        state: instance.state === 'failed' ? 'failed' : 'kept',
      }));
    const { settings, attempts } = this.#stored;
    return planWatch({ settings, subjects: this.#seen, mine, attempts, nowMs: this.#deps.clock.nowMs() })
      .subjects;
  }

  /** What of its instances matters here: they also tell of every change in their use of memory. */
  #sign(): string {
    return JSON.stringify(
      this.mine().map((each) => [each.key, each.name, each.state, isIdle(each), each.resolved?.commit]),
    );
  }
}

const keyOf = (step: Step) =>
  `${step.do} ${step.do === 'remove' ? step.instance.name : step.subject.subject}`;

function patienceOf(error: unknown): number {
  const waitMs = error instanceof LabError ? error.data.details?.retryAfterMs : null;
  return typeof waitMs === 'number' ? waitMs : 0;
}
