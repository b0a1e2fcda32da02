import { problemOf } from '../base/problem.ts';
import type { Task, TaskStep } from '../contract/index.ts';
import { LabError } from '../contract/labError.ts';
import { TaskLog } from './taskLog.ts';

/** What is told of a task when it begins. */
export interface TaskPlan {
  /** `paste`, `send-file`. */
  readonly kind: string;
  readonly title: string;
  /** What it works on, such as a console id; null: nothing in particular. */
  readonly subject: string | null;
  /** Names of its steps, in order. */
  readonly steps: readonly string[];
  /** Kept in the journal, so that it is known after a crash; left out: it is forgotten with the core. */
  readonly isJournaled?: boolean;
  /** When Labdeck closes in the middle of it, the next start goes on with it: it waits instead of ending. */
  readonly isResumable?: boolean;
}

/** Whether it was aborted since Labdeck closes, and by nobody who wants the work undone. */
export function isClosing({ reason }: AbortSignal): boolean {
  return reason instanceof LabError && reason.code === 'INTERRUPTED';
}

/** What the work of a task tells about itself. */
export interface TaskHandle {
  readonly taskId: string;
  /** Aborted when the task is cancelled or Labdeck closes. */
  readonly signal: AbortSignal;
  /** The step of this name begins; the one before is done, those passed over are skipped. */
  step(name: string): void;
  /** Of the present step, 0 to 1. */
  progress(done: number): void;
  log(text: string): void;
}

/** A task as the service lists it. */
export interface KnownTask {
  readonly ended: boolean;
  readonly isJournaled: boolean;
  readonly snapshot: Task;
  readonly logText: string;
  cancel(reason: LabError): void;
}

/** A task's state while it runs and after: what `Task` shows. */
export class RunningTask implements TaskHandle, KnownTask {
  readonly #task: Omit<Task, 'state' | 'steps' | 'endedAtMs' | 'problem'>;
  readonly #log = new TaskLog();
  readonly #stop = new AbortController();
  readonly #onChange: () => void;
  #state: Task['state'] = 'running';
  #steps: TaskStep[];
  #endedAtMs: number | null = null;
  #problem: Task['problem'] = null;
  readonly isJournaled: boolean;
  readonly #isResumable: boolean;

  constructor(taskId: string, plan: TaskPlan, startedAtMs: number, onChange: () => void) {
    const { kind, title, subject, steps } = plan;
    this.#task = { taskId, kind, title, subject, startedAtMs };
    this.#steps = steps.map((name) => ({ name, state: 'waiting', progress: null }));
    this.#onChange = onChange;
    this.isJournaled = plan.isJournaled ?? false;
    this.#isResumable = plan.isResumable ?? false;
  }

  get taskId(): string {
    return this.#task.taskId;
  }

  get signal(): AbortSignal {
    return this.#stop.signal;
  }

  get ended(): boolean {
    return this.#endedAtMs !== null;
  }

  get snapshot(): Task {
    return {
      ...this.#task,
      state: this.#state,
      steps: this.#steps,
      endedAtMs: this.#endedAtMs,
      problem: this.#problem,
    };
  }

  get logText(): string {
    return this.#log.text;
  }

  step(name: string): void {
    if (this.ended) return;
    const at = this.#steps.findIndex((step) => step.name === name);
    if (at < 0) throw new Error(`task ${this.#task.kind} has no step ${name}`);
    this.#steps = this.#steps.map((step, index) => {
      if (index === at) return { ...step, state: 'running', progress: null };
      if (step.state === 'running') return { ...step, state: 'done', progress: 1 };
      return index < at && step.state === 'waiting' ? { ...step, state: 'skipped' } : step;
    });
    this.#onChange();
  }

  progress(done: number): void {
    if (this.ended) return;
    const progress = Math.min(1, Math.max(0, done));
    this.#steps = this.#steps.map((step) => (step.state === 'running' ? { ...step, progress } : step));
    this.#onChange();
  }

  log(text: string): void {
    this.#log.add(text);
  }

  cancel(reason: LabError): void {
    if (!this.ended) this.#stop.abort(reason);
  }

  succeeded(nowMs: number): void {
    this.#steps = this.#steps.map((step) =>
      step.state === 'running' ? { ...step, state: 'done', progress: 1 } : skipWaiting(step),
    );
    this.#end('succeeded', nowMs);
  }

  /** `error` is why it did not come to its end; what is thrown after it was cancelled is no failure. */
  failed(error: unknown, nowMs: number): void {
    if (this.#isResumable && isClosing(this.#stop.signal)) {
      this.#wait();
      return;
    }
    const cancelled = this.#stop.signal.aborted;
    if (!cancelled) {
      this.#problem = problemOf(error);
      this.log(this.#problem.message);
    }
    this.#steps = this.#steps.map((step) =>
      step.state === 'running' ? { ...step, state: cancelled ? 'skipped' : 'failed' } : skipWaiting(step),
    );
    this.#end(cancelled ? 'cancelled' : 'failed', nowMs);
  }

  /** For the next start, with nothing done yet. */
  #wait(): void {
    this.#steps = this.#steps.map((step) => ({ ...step, state: 'waiting', progress: null }));
    this.#state = 'queued';
    this.#onChange();
  }

  #end(state: Task['state'], nowMs: number): void {
    this.#state = state;
    this.#endedAtMs = nowMs;
    this.#onChange();
  }
}

function skipWaiting(step: TaskStep): TaskStep {
  return step.state === 'waiting' ? { ...step, state: 'skipped' } : step;
}
