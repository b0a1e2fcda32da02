import { DisposableStore } from '../base/disposable.ts';
import { Emitter, type Event } from '../base/emitter.ts';
import {
  type BoardId,
  type Boot,
  fail,
  type Leds,
  type PowerReading,
  type SwitchState,
  type Task,
} from '../contract/index.ts';
import type { PowerExtras } from './extras.ts';
import { outletSecret, takesSecret } from './makeDriver.ts';
import { readingWithoutOutlet } from './noOutlet.ts';
import { OutletMemory } from './outletMemory.ts';
import { type BoundOutlet, Outlets } from './outlets.ts';
import type { PowerCommand, PowerDeps, SetManyOptions, SwitchOptions, TestOptions } from './powerDeps.ts';
import type { PowerDriver } from './powerDriver.ts';
import { bootSign } from './powerEars.ts';
import { runGroup } from './powerGroup.ts';
import { type GuardOptions, SwitchGuard } from './switchGuard.ts';
import { Switching } from './switching.ts';
import { TruthTests } from './truth/truthTests.ts';
import type { BoardBoot } from './truth/truthWatch.ts';
import { type OutletWork, Turns } from './turns.ts';
import { Verdicts } from './verdicts.ts';
import { VirtualGangs } from './virtualGangs.ts';

/** Switches boards and says what is known about their power. Mutations of one board run one after another. */
export class PowerService {
  readonly #deps: PowerDeps;
  readonly #memory: OutletMemory;
  readonly #verdicts: Verdicts;
  readonly #outlets: Outlets;
  readonly #switching: Switching;
  readonly #guard: SwitchGuard;
  readonly #tests: TruthTests;
  readonly #turns: Turns;
  readonly #held = new DisposableStore();
  readonly #changed = new Emitter<PowerReading>();
  readonly #commanded = new Emitter<PowerCommand>();
  readonly #booted = new Emitter<BoardBoot>();
  /** Fires when a reading differs from what it was, also for `busy`. */
  readonly onDidChange: Event<PowerReading> = this.#changed.event;
  /** Fires right before a command leaves; not when it could not. */
  readonly onDidCommand: Event<PowerCommand> = this.#commanded.event;
  readonly #startedAtMs: number;
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
      onSwitched: (bound, by, before) => this.#credit(bound, by, before),
    });
    this.#outlets = new Outlets({
      ...deps,
      memory: this.#memory,
      verdicts: this.#verdicts,
      gangs: new VirtualGangs(deps),
      onChange: (boardId) => this.#fire(boardId),
    });
    this.#guard = new SwitchGuard({
      outletOf: (boardId) => this.#require(boardId).outlet,
      read: (boardId) => this.read(boardId),
    });
    this.#turns = new Turns({
      outlets: this.#outlets,
      guard: this.#guard,
      boundOf: (boardId) => this.#require(boardId),
    });
    this.#tests = new TruthTests({
      ...deps,
      notices,
      verdicts: this.#verdicts,
      outlets: this.#outlets,
      switching: this.#switching,
      readings: () => this.readings(),
      onDidChange: this.onDidChange,
      onDidBoot: this.#booted.event,
    });
  }

  /** Reads what the outlets were last told; switches none. Call after boards, ports and secrets started. */
  async start(): Promise<void> {
    await Promise.all([this.#memory.load(), this.#verdicts.load(), this.#tests.load()]);
    await this.#outlets.start();
    await this.#tests.start();
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
    const extras = this.#extras;
    if (!extras) return reading;
    const { boardId: id } = board;
    return {
      ...reading,
      idleOffAtMs: extras.idleOffAtMs(id),
      idleOffHeld: extras.idleOffHeld(id),
      ledState: extras.ledState(id),
    };
  }

  readings(): PowerReading[] {
    return this.#deps.boards.list().map((board) => this.read(board.boardId));
  }

  /** Grows with every change. */
  get revision(): number {
    return this.#revision;
  }

  /**
   * Answers the other boards whose power it moves: those that lose it with an off, those that were switched off and get
   * it with an on, either with a cycle. Throws LabError CONFLICT where something speaks against switching it off and it
   * is not forced: other boards lose their power, or a keyboard or the system's disk does. `together`: boards that go
   * off anyway.
   */
  guard(boardId: BoardId, what: SwitchState | 'cycle', options: GuardOptions = {}): BoardId[] {
    return this.#guard.check(boardId, what, options);
  }

  /** Throws LabError CONFLICT while a power-truth test of one of them is under way, or waits for its turn. */
  refuseTested(boardIds: readonly BoardId[]): void {
    for (const boardId of boardIds)
      if (this.#tests.isTesting(this.#deps.boards.key(boardId)))
        // It would wait for minutes, and move power when nobody expects it any more.
        fail(
          'CONFLICT',
          `${boardId} is being tested`,
          'Wait for its power-truth test, or cancel it: power is then as it was.',
        );
  }

  /**
   * Resolves with what is known once the outlet took the command. Rejects with LabError: NOT_FOUND, UNSUPPORTED (no
   * outlet), CONFLICT (see `guard`), DEVICE_GONE, DEVICE_BUSY, PERMISSION_DENIED, TIMEOUT, ...; `commanded` is then
   * as it was. Power-on waits until the board was off as long as its policy wants.
   */
  set(boardId: BoardId, state: SwitchState, options: SwitchOptions = {}): Promise<PowerReading> {
    return this.#switch(boardId, state, options, (bound, signal) =>
      this.#switching.set(bound, state, options.by ?? null, signal),
    );
  }

  /**
   * Off, `offMs` milliseconds (by default as its policy says), on, as one mutation. Rejects like `set`; the board may
   * then be left off.
   */
  cycle(boardId: BoardId, offMs?: number, options: SwitchOptions = {}): Promise<PowerReading> {
    return this.#switch(boardId, 'cycle', options, (bound, signal) => {
      const { cycleOffMs } = this.#deps.boards.get(bound.boardId()).powerPolicy;
      return this.#switching.cycle(bound, offMs ?? cycleOffMs, options.by ?? null, signal);
    });
  }

  /** Switches many boards as a task. Throws LabError NOT_FOUND before it begins. */
  setMany(options: SetManyOptions): Task {
    return runGroup(this, options, this.#deps);
  }

  /**
   * The power-truth test as a task; the verdict is kept and stands in the reading. Nobody else switches the board
   * meanwhile. Throws LabError NOT_FOUND, UNSUPPORTED, CONFLICT (see `guard`, or a test is under way).
   */
  test(boardId: BoardId, { offMs, bootMs, ...options }: TestOptions): Task {
    const bound = this.#require(boardId);
    this.#tests.refuse(bound);
    this.guard(boardId, 'cycle', options);
    return this.#tests.run(bound, { offMs, bootMs }, (signal, work) =>
      this.#turns.switch(bound.boardId(), 'cycle', { ...options, signal }, work),
    );
  }

  /**
   * What power the board had before a power-truth test that was killed left it otherwise; null: none did, or it was
   * switched since.
   */
  leftByTest(boardId: BoardId): SwitchState | null {
    return this.#tests.leftBy(boardId);
  }

  /** What was commanded before Labdeck switched the board itself, at its end or in a test; null: it did not. */
  commandedBeforeOwn(boardId: BoardId): SwitchState | null {
    return this.#memory.before(this.#deps.boards.key(boardId), this.read(boardId).commandedAtMs);
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
    return this.#turns.light(boardId, (bound, signal) => this.#switching.setLed(bound, led, on, signal));
  }

  /**
   * All LEDs, as one command where the outlet can. `frame` is asked when its turn has come, with the LEDs as they are
   * then; null: nothing to do. `note` stands in the recording's mark; null: no mark. Rejects like `setLed`.
   */
  setLeds(boardId: BoardId, frame: (now: Leds) => Leds | null, note: string | null): Promise<PowerReading> {
    return this.#turns.light(boardId, (bound, signal) => this.#switching.setLeds(bound, frame, note, signal));
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
    await this.#turns.close();
    this.#outlets.dispose();
    await this.#saved;
  }

  async #switch(
    boardId: BoardId,
    what: SwitchState | 'cycle',
    options: SwitchOptions,
    work: OutletWork,
  ): Promise<PowerReading> {
    this.guard(boardId, what, options);
    return await this.#turns.switch(boardId, what, options, async (bound, signal) => {
      await work(bound, signal);
      await this.#tests.forget(bound.key);
    });
  }

  /** Throws LabError NOT_FOUND, UNSUPPORTED. */
  #require(boardId: BoardId): BoundOutlet {
    this.#deps.boards.get(boardId);
    return (
      this.#outlets.get(boardId) ??
      fail('UNSUPPORTED', `${boardId} has no power outlet`, 'Bind one in the inspector.')
    );
  }

  #credit({ key, outlet }: BoundOutlet, by: string | null, was: PowerDriver['commanded']): void {
    const { atMs } = outlet.driver.commanded;
    outlet.credit(by);
    const isOwn = by === 'quit' || by === 'test';
    const before = isOwn ? (this.#memory.before(key, was.atMs) ?? was.state) : null;
    this.#saved = this.#memory.putCommander(key, by === null || atMs === null ? null : { by, atMs, before });
  }

  #fire(boardId: BoardId): void {
    if (!this.#deps.boards.find(boardId)) return;
    this.#revision += 1;
    this.#changed.fire(this.read(boardId));
  }
}
