import { randomBytes } from 'node:crypto';
import type { Clock } from '../base/clock.ts';
import { Emitter } from '../base/emitter.ts';
import type { Logger } from '../base/logger.ts';
import type { Task, TaskWithLog } from '../contract/index.ts';
import { fail, LabError } from '../contract/labError.ts';
import { JournaledTask, type TaskFate } from './journaledTask.ts';
import { type KnownTask, RunningTask, type TaskHandle, type TaskPlan } from './runningTask.ts';
import type { TaskJournal } from './taskJournal.ts';

/** More ended tasks are forgotten, oldest first. */
const keptEnded = 100;
/** So many of them, with their logs, are in the journal. */
const journaledEnded = 20;
/** What does not end when Labdeck closes, such as an engine that hangs, is not waited for longer. */
const closeWithinMs = 15_000;
/** Progress is told no more often; the end of a task at once. */
const tellEveryMs = 100;

/** Long work with steps, progress, log and cancel. Tasks live as long as the core; journaled ones are known longer. */
export class TasksService {
  readonly #clock: Clock;
  readonly #logger: Logger;
  readonly #journal: TaskJournal | null;
  readonly #changed = new Emitter<void>();
  /** In the order they began. */
  readonly #tasks = new Map<string, KnownTask>();
  readonly #running = new Set<Promise<void>>();
  /** What tasks of the run before worked on that had not ended. */
  readonly #interrupted = new Set<string>();
  #journaled: Promise<void> = Promise.resolve();
  #tellTimer: NodeJS.Timeout | null = null;
  #closed = false;
  /** Something about the tasks changed; `list` tells what. */
  readonly onDidChange = this.#changed.event;
  readonly #cancelledQueued = new Emitter<string>();
  /** The id of a queued task that was cancelled: whoever would have gone on with it undoes what it left, now. */
  readonly onDidCancelQueued = this.#cancelledQueued.event;

  constructor(clock: Clock, logger: Logger, journal: TaskJournal | null = null) {
    this.#clock = clock;
    this.#logger = logger;
    this.#journal = journal;
  }

  /** Reads the journal; never rejects. `fateOf` tells what became of what was under way; it has failed unless told. */
  async start(fateOf: TaskFate = () => 'lost'): Promise<void> {
    for (const task of (await this.#journal?.load()) ?? []) {
      if (task.endedAtMs === null && task.subject !== null) this.#interrupted.add(task.subject);
      this.#tasks.set(task.taskId, new JournaledTask(task, this.#clock.nowMs(), fateOf));
    }
  }

  /** Whether the core was stopped, the last time, in the middle of a task with this subject. */
  wasInterrupted(subject: string): boolean {
    return this.#interrupted.has(subject);
  }

  /** Whether it waits for somebody to go on with it, and was cancelled meanwhile. */
  isCancelledQueued(taskId: string): boolean {
    const task = this.#tasks.get(taskId);
    return task instanceof JournaledTask && !task.ended && task.cancelledFor !== null;
  }

  /** Nobody will go on with this one after all. Harmless for any other. */
  giveUp(taskId: string): void {
    const task = this.#tasks.get(taskId);
    if (task?.snapshot.state !== 'queued') return;
    const asItWas = { ...task.snapshot, log: task.logText };
    this.#tasks.set(taskId, new JournaledTask(asItWas, this.#clock.nowMs(), () => 'lost'));
    this.#journaled = this.#writeJournal();
    this.#tell();
  }

  /** Newest first. */
  list(): Task[] {
    return [...this.#tasks.values()].reverse().map((task) => task.snapshot);
  }

  /** Throws LabError NOT_FOUND. */
  get(taskId: string): TaskWithLog {
    const task = this.#get(taskId);
    return { ...task.snapshot, log: task.logText };
  }

  /**
   * Begins the work and answers at once; how it ends shows in the task. The work should stop when its signal is
   * aborted, which it may be from the beginning: it is called all the same, for what it has to undo. What it throws becomes the task's problem; anything but a LabError is logged as the bug it is. Throws
   * LabError CONFLICT once the service is closed. `resumed`: the id of a task of an earlier run it goes on with.
   */
  run(plan: TaskPlan, work: (task: TaskHandle) => Promise<void>, resumed?: string): Task {
    if (this.#closed) fail('CONFLICT', 'Labdeck is closing');
    const taskId = resumed ?? this.newId();
    const before = this.#tasks.get(taskId);
    const task = new RunningTask(taskId, plan, this.#clock.nowMs(), () => this.#tellSoon());
    if (before) task.log(`${before.logText}Labdeck was stopped; going on`);
    if (before instanceof JournaledTask && before.cancelledFor) task.cancel(before.cancelledFor);
    // To the end of the list, where the newest are.
    this.#tasks.delete(taskId);
    this.#tasks.set(taskId, task);
    if (task.isJournaled) this.#journaled = this.#writeJournal();
    const running = this.#follow(task, work).finally(() => this.#running.delete(running));
    this.#running.add(running);
    this.#tell();
    return task.snapshot;
  }

  /** For `resumed`, where an id must be on record before its task begins. */
  newId(): string {
    return randomBytes(8).toString('hex');
  }

  /** Resolves once the tasks that were begun are in the journal: who is told of one finds it there after a crash. */
  journaled(): Promise<void> {
    return this.#journaled;
  }

  /** Asks it to stop; it ends as soon as its work has. Harmless when it has ended. Throws LabError NOT_FOUND. */
  cancel(taskId: string): Task {
    const task = this.#get(taskId);
    task.cancel(new LabError('CONFLICT', 'The task was cancelled'));
    if (task.snapshot.state === 'queued') this.#cancelledQueued.fire(taskId);
    // Another one of the same id may go on with it.
    return this.#get(taskId).snapshot;
  }

  /** Resolves once it has ended. Rejects with LabError NOT_FOUND. */
  async ended(taskId: string): Promise<Task> {
    // Kept in hand: a task that took long may be forgotten as soon as it has ended.
    let task = this.#get(taskId);
    while (!task.ended) {
      await new Promise<void>((resolve) => {
        const heard = this.onDidChange(() => {
          heard.dispose();
          resolve();
        });
      });
      // Another one of the same id goes on with it.
      if (!task.ended) task = this.#tasks.get(taskId) ?? task;
    }
    return task.snapshot;
  }

  /**
   * Stops all, for LabError INTERRUPTED, and waits until they have ended, or wait for the next start, 15 s at most.
   */
  async close(): Promise<void> {
    this.#closed = true;
    for (const task of this.#tasks.values()) task.cancel(new LabError('INTERRUPTED', 'Labdeck is closing'));
    let timer: NodeJS.Timeout | null = null;
    const tooLate = new Promise<void>((resolve) => {
      timer = setTimeout(() => {
        this.#logger.error('tasks did not end in time', { tasks: this.#unended() });
        resolve();
      }, closeWithinMs);
    });
    await Promise.race([Promise.all(this.#running), tooLate]);
    if (timer) clearTimeout(timer);
    if (this.#tellTimer) clearTimeout(this.#tellTimer);
    this.#tellTimer = null;
  }

  async #follow(task: RunningTask, work: (task: TaskHandle) => Promise<void>): Promise<void> {
    try {
      // Not before the caller knows the task, nor before it would be known after a crash.
      await (task.isJournaled ? this.#journaled : Promise.resolve());
      await work(task);
      task.succeeded(this.#clock.nowMs());
    } catch (error) {
      task.failed(error, this.#clock.nowMs());
      if (!(error instanceof LabError) && !task.signal.aborted)
        this.#logger.error('a task failed', { kind: task.snapshot.kind, error });
    }
    this.#forgetOld();
    if (task.isJournaled) await this.#writeJournal();
    this.#tell();
  }

  async #writeJournal(): Promise<void> {
    const known = [...this.#tasks.values()].filter((task) => task.isJournaled);
    const ended = inOrderOfEnd(known);
    const left = new Set(ended.slice(0, Math.max(0, ended.length - journaledEnded)));
    const kept = known.filter((task) => !left.has(task));
    await this.#journal?.write(kept.map(({ snapshot, logText }) => ({ ...snapshot, log: logText })));
  }

  #get(taskId: string): KnownTask {
    return (
      this.#tasks.get(taskId) ?? fail('NOT_FOUND', `There is no task ${taskId}`, 'GET /tasks lists them.')
    );
  }

  #forgetOld(): void {
    const ended = inOrderOfEnd([...this.#tasks.values()]);
    for (const { snapshot } of ended.slice(0, Math.max(0, ended.length - keptEnded)))
      this.#tasks.delete(snapshot.taskId);
  }

  #unended(): string[] {
    return [...this.#tasks.values()].flatMap(({ ended, snapshot }) => (ended ? [] : [snapshot.title]));
  }

  #tell(): void {
    if (this.#tellTimer) clearTimeout(this.#tellTimer);
    this.#tellTimer = null;
    this.#changed.fire();
  }

  #tellSoon(): void {
    if (this.#closed) return;
    this.#tellTimer ??= setTimeout(() => {
      this.#tellTimer = null;
      this.#changed.fire();
    }, tellEveryMs);
  }
}

/** Those that have ended, the one that did so first in front: one that took long is no older than its end. */
function inOrderOfEnd(tasks: readonly KnownTask[]): KnownTask[] {
  return tasks
    .filter((task) => task.ended)
    .sort((a, b) => (a.snapshot.endedAtMs ?? 0) - (b.snapshot.endedAtMs ?? 0));
}
