import { type Disposable, DisposableStore, toDisposable } from '../base/disposable.ts';
import { messageOf } from '../base/errno.ts';
import type { Logger } from '../base/logger.ts';
import { problemOf } from '../base/problem.ts';
import type { Task } from '../contract/index.ts';
import type { NoticesService } from '../notices/index.ts';
import type { TasksService } from '../tasks/index.ts';
import { isBackupDue } from './backups/index.ts';
import type { InstanceActions } from './instanceActions.ts';
import type { Happening } from './instanceObserver.ts';
import type { InstanceRecord } from './instanceRecord.ts';
import type { Generation } from './names.ts';
import type { Operations } from './operations.ts';
import type { WorkDeps } from './work/workDeps.ts';

/** Before each next try to start a container that died; the last one goes on. */
const backOffMs = [500, 2000, 8000, 30_000, 120_000];
/** Alive for so long, it begins with the shortest again. */
const healthyMs = 10 * 60_000;
const lookForDueBackupsMs = 5 * 60_000;
/** At the start of a machine an engine may come later than Labdeck. */
const lookForEngineMs = 30_000;

interface Death {
  count: number;
  atMs: number;
  timer: NodeJS.Timeout | null;
}

/**
 * Keeps instances as they should be: starts at Labdeck's start what should run, starts again what died, tells what
 * crashed, and makes the backups that are due.
 */
export class InstanceKeeper implements Disposable {
  readonly #deps: WorkDeps;
  readonly #operations: Operations;
  readonly #actions: InstanceActions;
  readonly #notices: NoticesService;
  readonly #logger: Logger;
  readonly #tasks: TasksService;
  /** When a scheduled backup last failed, by key. */
  readonly #failedBackups = new Map<string, number>();
  readonly #deaths = new Map<string, Death>();
  /** Keys of those whose installation waits until what it reads is free. */
  readonly #waiting = new Set<string>();
  /** The key each notice is about, by topic. */
  readonly #told = new Map<string, string>();
  readonly #held = new DisposableStore();
  #closed = false;
  #engineTimer: NodeJS.Timeout | null = null;

  constructor(
    deps: WorkDeps,
    others: {
      operations: Operations;
      actions: InstanceActions;
      tasks: TasksService;
      notices: NoticesService;
    },
  ) {
    this.#deps = deps;
    this.#operations = others.operations;
    this.#actions = others.actions;
    this.#tasks = others.tasks;
    this.#notices = others.notices;
    this.#logger = deps.logger;
    this.#held.add(deps.observer.onDidHappen((happening) => this.#note(happening)));
    this.#held.add(others.operations.onDidChange((key) => this.#settle(key)));
    this.#held.add(others.operations.onDidFree(() => this.#goOnWithWaiting()));
    this.#held.add(others.tasks.onDidCancelQueued((taskId) => this.#undo(taskId)));
    this.#held.add(deps.store.onDidChange(() => this.#forgetRemoved()));
    const timer = setInterval(() => this.backUpWhatIsDue(), lookForDueBackupsMs);
    timer.unref();
    this.#held.add(toDisposable(() => clearInterval(timer)));
  }

  /** What became of the tasks a crash cut short: those `reconcile` goes on with, and those that had done all. */
  fateOf({ taskId, kind }: Pick<Task, 'taskId' | 'kind'>): 'awaited' | 'done' | 'lost' {
    const record = this.#deps.store.list().find((one) => one.taskId === taskId);
    // The record is the last thing that is removed.
    if (!record) return kind === 'remove-instance' ? 'done' : 'lost';
    if (record.phase === 'installed') return 'done';
    return record.phase === 'failed' ? 'lost' : 'awaited';
  }

  /**
   * After a start of Labdeck: goes on with what a crash cut short, throws away what it left, and starts what should
   * run. Never rejects: what does not work is logged, and shows in the instance.
   */
  async reconcile(): Promise<void> {
    const { store, engines, observer, generations } = this.#deps;
    if (this.#closed || (store.list().length === 0 && this.#deps.backups.list().length === 0)) return;
    for (const { key, generation, phase } of store.list())
      if (phase === 'installed')
        observer.follow(key, generation, generations.folder({ key, number: generation }));
    try {
      observer.start(await engines.get());
    } catch (error) {
      this.#logger.warn('no engine: the instances are left alone', { error: messageOf(error) });
      await this.#giveUp(problemOf(error));
      this.#tryAgainLater();
      return;
    }
    await observer.look();
    const found = await generations.found().catch((error: unknown) => {
      this.#logger.warn('what was left behind stays', { error });
      return [];
    });
    for (const { key } of store.list()) {
      if (this.#closed) return;
      await this.#reconcileOne(key, found).catch((error: unknown) =>
        this.#logger.error('an instance could not be looked after', { key, error }),
      );
    }
    await generations
      .sweepScratch(found)
      .catch((error: unknown) => this.#logger.warn('scratch instances stay', { error }));
  }

  /** Begins the scheduled backups that are due. */
  backUpWhatIsDue(): void {
    const { store, backups, clock } = this.#deps;
    for (const record of store.list()) {
      if (record.phase !== 'installed' || this.#operations.get(record.key)) continue;
      const mine = backups.list().filter(({ instanceKey }) => instanceKey === record.key);
      const due = {
        policy: record.backup,
        backups: mine,
        sinceMs: record.createdAtMs,
        failedAtMs: this.#failedBackups.get(record.key) ?? null,
        nowMs: clock.nowMs(),
      };
      if (isBackupDue(due)) this.#backUp(record);
    }
  }

  dispose(): void {
    this.#closed = true;
    if (this.#engineTimer) clearTimeout(this.#engineTimer);
    for (const { timer } of this.#deaths.values()) if (timer) clearTimeout(timer);
    this.#held.dispose();
  }

  /** `found`: what there was before anybody could have begun anything that is not on record yet. */
  async #reconcileOne(key: string, found: readonly Generation[]): Promise<void> {
    const record = this.#deps.store.byKey(key);
    // Somebody was faster: whoever works on it looks after it.
    if (!record || this.#operations.get(key)) return;
    if (record.phase === 'installing') return this.#goOn(record);
    if (record.phase === 'removing') return void (await this.#actions.resumeRemoval(record));
    const mustStart = await this.#operations.hold(record, () => this.#tidy(record, found));
    if (mustStart) await this.#actions.start(record.name);
  }

  /** Throws away what a crash left of it; true: it should run and does not. */
  async #tidy(record: InstanceRecord, found: readonly Generation[]): Promise<boolean> {
    const { generations, observer, store } = this.#deps;
    const kept = record.phase === 'failed' ? null : record.generation;
    if (found.some(({ key, number }) => key === record.key && number !== kept))
      await generations.sweep(record.key, kept);
    if (record.phase === 'failed') return false;
    await this.#endMaintenance(record);
    const container = observer.get(record.key).container;
    if (container?.state === 'running' || record.wanted === 'stopped') return false;
    // Gone or stopped while nobody looked: the machine was started anew, somebody did it with the engine's tools, or
    // Labdeck was stopped in the middle of something that would have started it again.
    if (record.autostart || this.#tasks.wasInterrupted(record.name)) return true;
    await store.update(record.key, { wanted: 'stopped' });
    return false;
  }

  /** At once, or when nobody works any more on what it reads: right after a start that may be its own start. */
  async #goOn(record: InstanceRecord): Promise<void> {
    this.#waiting.delete(record.key);
    try {
      this.#actions.requireReadable(record.origin);
    } catch (error) {
      this.#waiting.add(record.key);
      this.#logger.info('an installation waits', { instance: record.name, for: messageOf(error) });
      return;
    }
    await this.#actions.install(record);
  }

  #goOnWithWaiting(): void {
    for (const key of [...this.#waiting]) {
      if (this.#closed) return;
      const record = this.#deps.store.byKey(key);
      if (record?.phase !== 'installing' || this.#operations.get(key)) this.#waiting.delete(key);
      else
        this.#goOn(record).catch((error: unknown) =>
          this.#logger.error('an installation could not be gone on with', { key, error }),
        );
    }
  }

  /** Of what was cancelled while it waited nothing stays. */
  #undo(taskId: string): void {
    const record = this.#deps.store.list().find((one) => one.taskId === taskId);
    if (this.#closed || record?.phase !== 'installing' || this.#operations.get(record.key)) return;
    this.#waiting.delete(record.key);
    this.#actions
      .install(record)
      .catch((error: unknown) =>
        this.#logger.error('what was cancelled is not undone yet', { instance: record.name, error }),
      );
  }

  /** Of an instance that is gone there is no news. */
  #forgetRemoved(): void {
    for (const [topic, key] of this.#told) {
      if (this.#deps.store.byKey(key)) continue;
      this.#notices.dismiss(topic);
      this.#told.delete(topic);
    }
  }

  #tell(about: 'instance' | 'backup', key: string, notice: Parameters<NoticesService['post']>[1]): void {
    if (!this.#deps.store.byKey(key)) return;
    const topic = `${about}-${key}`;
    this.#told.set(topic, key);
    this.#notices.post(topic, notice);
  }

  /** A backup that was cut short left it with nothing but its database. */
  async #endMaintenance({ key, generation: number }: InstanceRecord): Promise<void> {
    const { generations, observer } = this.#deps;
    const generation = { key, number };
    if (!(await generations.folder(generation).isInMaintenance())) return;
    await generations.stop(generation);
    await observer.look();
  }

  /** Without an engine nothing can be gone on with; it can be tried again once there is one. */
  async #giveUp(problem: InstanceRecord['problem']): Promise<void> {
    const { store } = this.#deps;
    for (const { taskId } of store.list()) if (taskId !== null) this.#tasks.giveUp(taskId);
    for (const { key, phase } of store.list())
      if (phase === 'installing') await store.update(key, { phase: 'failed', taskId: null, problem });
  }

  /** Once there is an engine, whoever finds it first. */
  #tryAgainLater(): void {
    if (this.#closed) return;
    const { engines } = this.#deps;
    const heard = this.#held.add(
      engines.onDidChange(() => {
        if (!engines.present) return;
        heard.dispose();
        if (this.#engineTimer) clearTimeout(this.#engineTimer);
        this.reconcile().catch((error: unknown) =>
          this.#logger.error('the instances were not looked after', { error }),
        );
      }),
    );
    const look = () => {
      this.#engineTimer = setTimeout(() => {
        void engines
          .look()
          .catch(() => {})
          .then(() => !this.#closed && !engines.present && look());
      }, lookForEngineMs);
      this.#engineTimer.unref();
    };
    look();
  }

  /** Nobody works on it any more: one that died meanwhile, which was no news then, is started again now. */
  #settle(key: string): void {
    if (this.#operations.get(key)) return;
    const record = this.#deps.store.byKey(key);
    const { container } = this.#deps.observer.get(key);
    if (record?.phase === 'installed' && container?.state === 'stopped')
      this.#startAgain(record, container.exitCode);
  }

  #note(happening: Happening): void {
    const record = this.#deps.store.byKey(happening.key);
    // What a task does to it is no news.
    if (!record || this.#operations.get(happening.key)) return;
    const { key } = happening;
    if (happening.what === 'part-restarted') {
      const title = `The ${happening.part} of ${record.name} crashed and was started again`;
      this.#tell('instance', key, { severity: 'warning', title, text: happening.detail ?? '' });
    } else if (happening.what === 'container-removed') {
      const title = `The container of ${record.name} was removed outside Labdeck`;
      const text = 'Its data are on their volume: start it, and it gets a new one.';
      this.#tell('instance', key, { severity: 'warning', title, text });
    } else this.#startAgain(record, happening.exitCode);
  }

  #startAgain(record: InstanceRecord, exitCode: number | null): void {
    if (record.wanted !== 'running' || this.#closed) return;
    const nowMs = performance.now();
    const before = this.#deaths.get(record.key);
    const count = before && nowMs - before.atMs < healthyMs ? before.count : 0;
    const waitMs = backOffMs[Math.min(count, backOffMs.length - 1)] ?? 0;
    if (before?.timer) clearTimeout(before.timer);
    this.#tell('instance', record.key, {
      severity: 'error',
      title: `${record.name} ended by itself`,
      text: `Its container ended (exit code ${exitCode ?? 'unknown'}); it is started again in ${waitMs / 1000} s.`,
    });
    const timer = setTimeout(() => {
      void this.#startIfStillDead(record.key);
    }, waitMs);
    this.#deaths.set(record.key, { count: count + 1, atMs: nowMs, timer });
  }

  /** Never rejects. Meanwhile somebody may have stopped, started, renamed or removed it. */
  async #startIfStillDead(key: string): Promise<void> {
    const record = this.#deps.store.byKey(key);
    const isDead = this.#deps.observer.get(key).container?.state === 'stopped';
    // Where somebody works on it, its end brings us here again.
    if (record?.wanted !== 'running' || !isDead || this.#operations.get(key)) return;
    await this.#actions
      .start(record.name)
      .catch((error: unknown) =>
        this.#logger.warn('it could not be started again', { error: messageOf(error) }),
      );
  }

  #backUp({ key, name }: InstanceRecord): void {
    let taskId: string;
    try {
      ({ taskId } = this.#actions.backup(name, 'scheduled'));
    } catch (error) {
      this.#logger.warn('a scheduled backup was not begun', { instance: name, error: messageOf(error) });
      return;
    }
    void this.#tasks.ended(taskId).then(({ problem }) => {
      if (!problem) return void this.#failedBackups.delete(key);
      this.#failedBackups.set(key, this.#deps.clock.nowMs());
      const title = `The scheduled backup of ${name} failed`;
      this.#tell('backup', key, {
        severity: 'error',
        title,
        text: `${problem.message}. ${problem.hint}`,
      });
    });
  }
}
