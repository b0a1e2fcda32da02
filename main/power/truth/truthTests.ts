import type { Logger } from '../../base/logger.ts';
import { type BoardId, fail, type SwitchState, type Task } from '../../contract/index.ts';
import type { NoticesService } from '../../notices/index.ts';
import type { TaskHandle, TasksService } from '../../tasks/index.ts';
import type { BoundOutlet } from '../outlets.ts';
import type { OutletWork } from '../turns.ts';
import type { Verdicts } from '../verdicts.ts';
import { TestIntents } from './testIntents.ts';
import { type TruthParts, truthDepsOf } from './truthDeps.ts';
import { runTruthTest, type TruthTimes, truthTask } from './truthTest.ts';

export interface TruthTestsDeps extends Omit<TruthParts, 'intents'> {
  readonly dir: string;
  readonly logger: Logger;
  readonly notices: NoticesService | null;
  readonly tasks: Pick<TasksService, 'run'>;
  readonly verdicts: Verdicts;
}

/** One mutation of a board: it waits for its turn. Rejects with LabError. */
type Turn = (signal: AbortSignal, work: OutletWork) => Promise<unknown>;

/** The power-truth tests of all boards: who is being tested, and what a test that was killed has left. */
export class TruthTests {
  readonly #deps: TruthTestsDeps;
  readonly #intents: TestIntents;
  /** Keys of boards whose test is under way, or waits for its turn. */
  readonly #testing = new Set<string>();

  constructor(deps: TruthTestsDeps) {
    this.#deps = deps;
    this.#intents = new TestIntents(deps);
  }

  /** Never rejects. */
  load(): Promise<void> {
    return this.#intents.load();
  }

  /** Call once outlets know what they were told: forgets tests that have left nothing. Never rejects. */
  async start(): Promise<void> {
    const { boards } = this.#deps;
    const left = new Set(
      boards
        .list()
        .filter(({ boardId }) => this.leftBy(boardId) !== null)
        .map(({ boardId }) => boards.key(boardId)),
    );
    for (const key of this.#intents.keys) if (!left.has(key)) await this.#intents.drop(key);
  }

  isTesting(key: string): boolean {
    return this.#testing.has(key);
  }

  /** Throws LabError CONFLICT while one of this board is under way. */
  refuse({ boardId, key }: BoundOutlet): void {
    if (this.isTesting(key))
      fail('CONFLICT', `${boardId()} is being tested already`, 'Wait for that test, or cancel it.');
  }

  /** As a task; the verdict is kept. */
  run({ boardId, key }: BoundOutlet, times: TruthTimes, turn: Turn): Task {
    const name = boardId();
    const { kind, steps } = truthTask;
    const plan = { kind, title: `Power-truth test of ${name}`, subject: name, steps };
    const task = this.#deps.tasks.run(plan, (handle) => this.#run(key, times, turn, handle));
    this.#testing.add(key);
    return task;
  }

  /** What power the board had before a test that broke off left it otherwise; null: none did, or it was switched since. */
  leftBy(boardId: BoardId): SwitchState | null {
    const bound = this.#deps.outlets.get(boardId);
    const intent = bound && this.#intents.get(bound.key);
    if (!bound || !intent || this.isTesting(bound.key) || intent.outlet !== bound.name) return null;
    const { commanded, commandedAtMs, commandedBy } = bound.outlet.reading;
    // Who gave the last command is not on record where it was killed right after; where none left, it is the one before.
    const isTests = commandedBy === 'test' || commandedBy === null || commandedAtMs === intent.commandedAtMs;
    const isOther = commanded !== null && commanded !== intent.state;
    // Or it was killed while its command was on its way.
    return isTests && (isOther || bound.outlet.driver.doubt !== null) ? intent.state : null;
  }

  /** Somebody switched the board: nothing is left of any test. Never rejects. */
  forget(key: string): Promise<void> {
    return this.#intents.drop(key);
  }

  async #run(key: string, times: TruthTimes, turn: Turn, task: TaskHandle): Promise<void> {
    const { verdicts } = this.#deps;
    try {
      await turn(task.signal, async (bound, signal) => {
        const deps = truthDepsOf(bound, times, { ...this.#deps, intents: this.#intents });
        const verdict = await runTruthTest(deps, task, signal);
        await verdicts.set(key, bound.mark(), verdict).finally(() => bound.outlet.lookAround());
      });
    } finally {
      this.#testing.delete(key);
    }
  }
}
