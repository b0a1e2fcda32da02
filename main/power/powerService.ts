import { DisposableStore } from '../base/disposable.ts';
import { Emitter, type Event } from '../base/emitter.ts';
import { KeyedQueue } from '../base/keyedQueue.ts';
import {
  type BoardId,
  type Boot,
  fail,
  LabError,
  type Leds,
  type PowerReading,
  type SwitchState,
  type Task,
} from '../contract/index.ts';
import type { TaskHandle } from '../tasks/index.ts';
import { refuseToCut } from './consequences.ts';
import type { PowerExtras } from './extras.ts';
import { outletSecret, takesSecret } from './makeDriver.ts';
import { readingWithoutOutlet } from './noOutlet.ts';
import { OutletMemory } from './outletMemory.ts';
import { type BoundOutlet, Outlets } from './outlets.ts';
import type { PowerCommand, PowerDeps, SetManyOptions, SwitchOptions, TestOptions } from './powerDeps.ts';
import { bootSign } from './powerEars.ts';
import { runGroup } from './powerGroup.ts';
import { Switching } from './switching.ts';
import { truthDepsOf } from './truth/truthDeps.ts';
import { runTruthTest, type TruthTimes, truthTask } from './truth/truthTest.ts';
import type { BoardBoot } from './truth/truthWatch.ts';
import { Verdicts } from './verdicts.ts';
import { VirtualGangs } from './virtualGangs.ts';

/** Switches boards and says what is known about their power. Mutations of one board run one after another. */
export class PowerService {
  readonly #deps: PowerDeps;
  readonly #memory: OutletMemory;
  readonly #verdicts: Verdicts;
  readonly #outlets: Outlets;
  readonly #switching: Switching;
  readonly #queue = new KeyedQueue<string>();
  readonly #held = new DisposableStore();
  readonly #changed = new Emitter<PowerReading>();
  readonly #commanded = new Emitter<PowerCommand>();
  readonly #booted = new Emitter<BoardBoot>();
  /** Fires when a reading differs from what it was, also for `busy`. */
  readonly onDidChange: Event<PowerReading> = this.#changed.event;
  /** Fires right before a command leaves; not when it could not. */
  readonly onDidCommand: Event<PowerCommand> = this.#commanded.event;
  readonly #startedAtMs: number;
  readonly #testing = new Set<string>();
  /** The file keeps the order of what is written to it: the last write ends last. */
  #saved: Promise<void> = Promise.resolve();
  #extras: PowerExtras | null = null;
  #revision = 0;

  constructor(deps: PowerDeps) {
    const { dir, logger, clock, boards } = deps;
    this.#deps = deps;
    this.#startedAtMs = clock.nowMs();
    const notices = deps.notices ?? null;
    this.#memory = new OutletMemory({ dir, logger, notices });
    this.#verdicts = new Verdicts({ dir, logger, notices });
    this.#switching = new Switching({
      clock,
      policyOf: (boardId) => boards.get(boardId).powerPolicy,
      onCommand: (command) => this.#commanded.fire(command),
      onSwitched: (bound, by) => this.#credit(bound, by),
    });
    this.#outlets = new Outlets({
      ...deps,
      memory: this.#memory,
      verdicts: this.#verdicts,
      gangs: new VirtualGangs(deps),
      onChange: (boardId) => this.#fire(boardId),
    });
  }

  /** Reads what the outlets were last told; switches none. Call after boards, ports and secrets started. */
  async start(): Promise<void> {
    await Promise.all([this.#memory.load(), this.#verdicts.load()]);
    await this.#outlets.start();
  }

  /** What policies and the LED language add to readings. */
  extend(extras: PowerExtras): void {
    this.#extras = extras;
    this.#held.add(extras.onDidChange((boardId) => this.#fire(boardId)));
  }

  /** Throws LabError NOT_FOUND. */
  read(boardId: BoardId): PowerReading {
    const board = this.#deps.boards.get(boardId);
    const reading =
      this.#outlets.get(board.boardId)?.outlet.reading ??
      readingWithoutOutlet(board.boardId, this.#startedAtMs);
    if (!this.#extras) return reading;
    const { boardId: id } = board;
    return { ...reading, idleOffAtMs: this.#extras.idleOffAtMs(id), ledState: this.#extras.ledState(id) };
  }

  readings(): PowerReading[] {
    return this.#deps.boards.list().map((board) => this.read(board.boardId));
  }

  /** Grows with every change. */
  get revision(): number {
    return this.#revision;
  }

  /** Whether a power-truth test of this board is under way, or waits for its turn. */
  isTesting(boardId: BoardId): boolean {
    return this.#testing.has(this.#deps.boards.key(boardId));
  }

  /**
   * Throws LabError CONFLICT where something speaks against switching it off: other boards lose their power, or a
   * keyboard or the system's disk does. Answers the boards that go with it. `together`: those that go off anyway.
   */
  guardOff(boardId: BoardId, force: boolean, together: readonly BoardId[] = []): BoardId[] {
    const { outlet } = this.#require(boardId);
    // Mounts, routes and plugs are looked at now.
    outlet.lookAround();
    const others = (outlet.reading.outlet?.alsoCuts ?? []).filter(
      (other) => !together.includes(other) && this.read(other).known !== 'off',
    );
    if (!force) refuseToCut(outlet.reading, others);
    return others;
  }

  /**
   * Resolves with what is known once the outlet took the command. Rejects with LabError: NOT_FOUND, UNSUPPORTED (no
   * outlet), CONFLICT (see `guardOff`), DEVICE_GONE, DEVICE_BUSY, PERMISSION_DENIED, TIMEOUT, ...; `commanded` is then
   * as it was. Power-on waits until the board was off as long as its policy wants.
   */
  async set(boardId: BoardId, state: SwitchState, options: SwitchOptions = {}): Promise<PowerReading> {
    const { force = false, together = [], by = null } = options;
    if (state === 'off') this.guardOff(boardId, force, together);
    return await this.#run(boardId, 'busy', options.signal, (bound, signal) =>
      this.#switching.set(bound, state, by, signal),
    );
  }

  /**
   * Off, `offMs` milliseconds (by default as its policy says), on, as one mutation. Rejects like `set`; the board may
   * then be left off.
   */
  async cycle(boardId: BoardId, offMs?: number, options: SwitchOptions = {}): Promise<PowerReading> {
    const { force = false, together = [], by = null } = options;
    this.guardOff(boardId, force, together);
    const { cycleOffMs } = this.#deps.boards.get(boardId).powerPolicy;
    return await this.#run(boardId, 'busy', options.signal, (bound, signal) =>
      this.#switching.cycle(bound, offMs ?? cycleOffMs, by, signal),
    );
  }

  /** Switches many boards as a task. Throws LabError NOT_FOUND before it begins. */
  setMany(options: SetManyOptions): Task {
    return runGroup(this, options, this.#deps);
  }

  /**
   * The power-truth test as a task; the verdict is kept and stands in the reading. Nobody else switches the board
   * meanwhile. Throws LabError NOT_FOUND, UNSUPPORTED, CONFLICT (see `guardOff`, or a test is under way).
   */
  test(boardId: BoardId, { offMs, bootMs, force = false }: TestOptions): Task {
    const { key } = this.#require(boardId);
    if (this.#testing.has(key))
      fail('CONFLICT', `${boardId} is being tested already`, 'Wait for that test, or cancel it.');
    this.guardOff(boardId, force);
    const { kind, steps } = truthTask;
    const plan = { kind, title: `Power-truth test of ${boardId}`, subject: boardId, steps };
    const task = this.#deps.tasks.run(plan, (handle) => this.#test(boardId, key, { offMs, bootMs }, handle));
    this.#testing.add(key);
    return task;
  }

  /** Rejects with LabError NOT_FOUND; harmless where there is no verdict. */
  async forgetVerdict(boardId: BoardId): Promise<void> {
    const key = this.#deps.boards.key(boardId);
    try {
      await this.#verdicts.forget(key);
    } finally {
      this.#outlets.get(boardId)?.outlet.lookAround();
    }
  }

  /** The outlet's password or token; null forgets it. Rejects with LabError NOT_FOUND, UNSUPPORTED, DISK_FULL. */
  async setSecret(boardId: BoardId, secret: string | null): Promise<void> {
    const { boards, secrets } = this.#deps;
    const board = boards.get(boardId);
    if (!takesSecret(board))
      fail('UNSUPPORTED', `The outlet of ${boardId} takes no password`, 'Bind a network outlet first.');
    const name = outletSecret(boards.key(boardId), board.power);
    await (secret === null ? secrets.remove(name) : secrets.set(name, secret));
    void this.#outlets.get(boardId)?.outlet.refresh();
  }

  /** `led` is 1 to 3. Never moves power. Rejects like `set`, and with CONFLICT where power's bit is not known. */
  setLed(boardId: BoardId, led: number, on: boolean): Promise<PowerReading> {
    return this.#run(boardId, 'quiet', undefined, (bound, signal) =>
      this.#switching.setLed(bound, led, on, signal),
    );
  }

  /**
   * All LEDs, as one command where the outlet can. `frame` is asked when its turn has come, with the LEDs as they are
   * then; null: nothing to do. `note` stands in the recording's mark; null: no mark. Rejects like `setLed`.
   */
  setLeds(boardId: BoardId, frame: (now: Leds) => Leds | null, note: string | null): Promise<PowerReading> {
    return this.#run(boardId, 'quiet', undefined, (bound, signal) =>
      this.#switching.setLeds(bound, frame, note, signal),
    );
  }

  /** Tells that a console of the board printed at `atMs`; does nothing for a board that is not known. */
  noteOutput(boardId: BoardId, atMs: number): void {
    this.#outlets.get(boardId)?.outlet.noteOutput(atMs);
  }

  /** Tells how a boot of the board goes; only its beginning says something about power. */
  noteBoot(boardId: BoardId, boot: Boot): void {
    const sign = bootSign(boot);
    if (!sign) return;
    this.#outlets.get(boardId)?.outlet.noteBoot(sign.atMs, sign.text);
    this.#booted.fire({ boardId, atMs: sign.atMs, text: sign.text });
  }

  /** Aborts what waits, waits for what runs; power stays as it is. Nothing is written. */
  async close(): Promise<void> {
    this.#held.dispose();
    await this.#queue.close(
      new LabError('COMMAND_FAILED', 'Labdeck is closing', { hint: 'Start it again.' }),
    );
    this.#outlets.dispose();
    await this.#saved;
  }

  async #run(
    boardId: BoardId,
    show: 'busy' | 'quiet',
    callers: AbortSignal | undefined,
    work: (bound: BoundOutlet, signal: AbortSignal) => Promise<void>,
  ): Promise<PowerReading> {
    // By key, not by name: a rename must not let two commands through at once.
    const bound = this.#require(boardId);
    const { outlet, key } = bound;
    const busy = show === 'busy' ? outlet.hold() : null;
    try {
      await this.#queue.run(key, async (closing) => {
        // A command that waits, or sleeps in the middle of a cycle, must not outlive its outlet: another board
        // may have the cable by then.
        const signal = AbortSignal.any([closing, outlet.signal, ...(callers ? [callers] : [])]);
        signal.throwIfAborted();
        this.#outlets.refuseShared(bound);
        await work(bound, signal);
      });
    } finally {
      busy?.dispose();
    }
    return outlet.reading;
  }

  /** Throws LabError NOT_FOUND, UNSUPPORTED. */
  #require(boardId: BoardId): BoundOutlet {
    this.#deps.boards.get(boardId);
    return (
      this.#outlets.get(boardId) ??
      fail('UNSUPPORTED', `${boardId} has no power outlet`, 'Bind one in the inspector.')
    );
  }

  async #test(boardId: BoardId, key: string, times: TruthTimes, task: TaskHandle): Promise<void> {
    try {
      await this.#run(boardId, 'busy', task.signal, async (bound, signal) => {
        const deps = truthDepsOf(bound, times, {
          ...this.#deps,
          outlets: this.#outlets,
          switching: this.#switching,
          readings: () => this.readings(),
          onDidChange: this.onDidChange,
          onDidBoot: this.#booted.event,
        });
        const verdict = await runTruthTest(deps, task, signal);
        await this.#verdicts.set(key, bound.name, verdict).finally(() => bound.outlet.lookAround());
      });
    } finally {
      this.#testing.delete(key);
    }
  }

  #credit({ key, outlet }: BoundOutlet, by: string | null): void {
    const { atMs } = outlet.driver.commanded;
    outlet.credit(by);
    this.#saved = this.#memory.putCommander(key, by === null || atMs === null ? null : { by, atMs });
  }

  #fire(boardId: BoardId): void {
    if (!this.#deps.boards.find(boardId)) return;
    this.#revision += 1;
    this.#changed.fire(this.read(boardId));
  }
}
