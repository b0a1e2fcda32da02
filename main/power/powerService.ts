import { isDeepStrictEqual } from 'node:util';
import type { Clock } from '../base/clock.ts';
import { DisposableStore, toDisposable } from '../base/disposable.ts';
import { Emitter, type Event } from '../base/emitter.ts';
import { KeyedQueue } from '../base/keyedQueue.ts';
import type { Logger } from '../base/logger.ts';
import type { BoardsChange, BoardsService } from '../boards/index.ts';
import {
  type Board,
  type BoardId,
  fail,
  LabError,
  type PowerReading,
  type SwitchState,
  type VirtualKind,
} from '../contract/index.ts';
import type { NoticesService } from '../notices/index.ts';
import type { PortsService } from '../ports/index.ts';
import type { VirtualBoard } from '../virtual/index.ts';
import { AcmCable } from './drivers/acmCable.ts';
import { CableMemory } from './drivers/cableMemory.ts';
import { VirtualPower } from './drivers/virtualPower.ts';
import { Outlet } from './outlet.ts';
import type { OnSend } from './powerDriver.ts';

/** What is about to leave for an outlet, for the recording to mark. */
export interface PowerCommand {
  readonly boardId: BoardId;
  readonly what: SwitchState | 'led';
  readonly detail: string;
}

export interface PowerDeps {
  readonly boards: BoardsService;
  readonly ports: PortsService;
  readonly virtual: { get(key: string, kind: VirtualKind): VirtualBoard };
  readonly dir: string;
  readonly clock: Clock;
  readonly logger: Logger;
  /** Where a damaged `power-state.json` is told; without it only the log says so. */
  readonly notices?: NoticesService;
}

/** The longest one switch may take, beyond a driver's own shorter deadlines. */
const commandDeadlineMs = 20_000;
/** A udev symlink or a pty comes and goes without a port event. */
const lookEveryMs = 2000;

/** Switches boards and says what is known about their power. Mutations of one board run one after another. */
export class PowerService {
  readonly #deps: PowerDeps;
  readonly #memory: CableMemory;
  readonly #queue = new KeyedQueue<string>();
  readonly #outlets = new Map<BoardId, Outlet>();
  readonly #held = new DisposableStore();
  readonly #changed = new Emitter<PowerReading>();
  readonly #commanded = new Emitter<PowerCommand>();
  /** Fires when a reading differs from what it was, also for `busy`. */
  readonly onDidChange: Event<PowerReading> = this.#changed.event;
  /** Fires right before a command leaves; not when it could not. */
  readonly onDidCommand: Event<PowerCommand> = this.#commanded.event;
  readonly #startedAtMs: number;
  #revision = 0;

  constructor(deps: PowerDeps) {
    this.#deps = deps;
    this.#startedAtMs = deps.clock.nowMs();
    this.#memory = new CableMemory({ dir: deps.dir, logger: deps.logger, notices: deps.notices ?? null });
  }

  /** Reads what the cables were last told; writes nothing to any of them. Call after boards and ports started. */
  async start(): Promise<void> {
    await this.#memory.load();
    const { boards, ports } = this.#deps;
    this.#held.add(boards.onDidChange((change) => this.#onBoards(change)));
    this.#held.add(ports.onDidChange(() => this.#lookAtPorts()));
    const timer = setInterval(() => this.#lookAtPorts(), lookEveryMs);
    timer.unref();
    this.#held.add(toDisposable(() => clearInterval(timer)));
    await Promise.all(boards.list().map((board) => this.#bind(board)?.refresh()));
  }

  /** Throws LabError NOT_FOUND. */
  read(boardId: BoardId): PowerReading {
    const board = this.#deps.boards.get(boardId);
    return this.#outlets.get(board.boardId)?.reading ?? this.#withoutOutlet(board.boardId);
  }

  readings(): PowerReading[] {
    return this.#deps.boards.list().map((board) => this.read(board.boardId));
  }

  /** Grows with every change. */
  get revision(): number {
    return this.#revision;
  }

  /**
   * Resolves with what is known once the outlet took the command. Rejects with LabError: NOT_FOUND, UNSUPPORTED (no
   * outlet), DEVICE_GONE, DEVICE_BUSY, PERMISSION_DENIED, TIMEOUT, ...; `commanded` is then as it was.
   */
  set(boardId: BoardId, state: SwitchState): Promise<PowerReading> {
    return this.#run(boardId, 'busy', (outlet, signal) => this.#switch(outlet, state, signal));
  }

  /** Off, `offMs` milliseconds, on, as one mutation. Rejects like `set`; the board may then be left off. */
  cycle(boardId: BoardId, offMs: number): Promise<PowerReading> {
    return this.#run(boardId, 'busy', async (outlet, signal) => {
      await this.#switch(outlet, 'off', signal);
      await this.#deps.clock.sleep(offMs, signal);
      await this.#switch(outlet, 'on', signal);
    });
  }

  /** `led` is 1 to 3. Never moves power. Rejects like `set`, and with CONFLICT where power's bit is not known. */
  setLed(boardId: BoardId, led: number, on: boolean): Promise<PowerReading> {
    return this.#run(boardId, 'quiet', (outlet, signal) => {
      const send = this.#announce(outlet, 'led', `LED ${led} ${on ? 'on' : 'off'}: `);
      return this.#bounded(signal, (bounded) => outlet.setLed(led, on, bounded, send));
    });
  }

  /** Tells that a console of the board printed at `atMs`; does nothing for a board that is not known. */
  noteOutput(boardId: BoardId, atMs: number): void {
    this.#outlets.get(boardId)?.noteOutput(atMs);
  }

  /** Aborts what waits, waits for what runs; power stays as it is. Nothing is written. */
  async close(): Promise<void> {
    this.#held.dispose();
    await this.#queue.close(
      new LabError('COMMAND_FAILED', 'Labdeck is closing', { hint: 'Start it again.' }),
    );
    for (const outlet of this.#outlets.values()) outlet.dispose();
    this.#outlets.clear();
  }

  async #run(
    boardId: BoardId,
    show: 'busy' | 'quiet',
    work: (outlet: Outlet, signal: AbortSignal) => Promise<void>,
  ): Promise<PowerReading> {
    // By key, not by name: a rename must not let two commands through at once.
    const key = this.#deps.boards.key(boardId);
    const outlet =
      this.#outlets.get(boardId) ??
      fail('UNSUPPORTED', `${boardId} has no power outlet`, 'Bind one in the inspector.');
    const busy = show === 'busy' ? outlet.hold() : null;
    try {
      await this.#queue.run(key, async (signal) => {
        // A command that waits, or sleeps in the middle of a cycle, must not outlive its outlet: another board
        // may have the cable by then.
        const both = AbortSignal.any([signal, outlet.signal]);
        both.throwIfAborted();
        this.#refuseShared(outlet);
        await work(outlet, both);
      });
    } finally {
      busy?.dispose();
    }
    return outlet.reading;
  }

  /** Two ways to name one cable may meet only once it is plugged in; each would undo what the other did. */
  #refuseShared(outlet: Outlet): void {
    outlet.lookAtPort();
    if (outlet.node === null) return;
    for (const [boardId, other] of this.#outlets) {
      if (other === outlet) continue;
      other.lookAtPort();
      if (other.node !== outlet.node) continue;
      fail(
        'CONFLICT',
        `${outlet.node} is the power cable of ${boardId} too`,
        'Unbind it from one of the two.',
      );
    }
  }

  #switch(outlet: Outlet, state: SwitchState, signal: AbortSignal): Promise<void> {
    const send = this.#announce(outlet, state, '');
    return this.#bounded(signal, (bounded) => outlet.set(state, bounded, send));
  }

  #announce(outlet: Outlet, what: PowerCommand['what'], before: string): OnSend {
    return (detail) =>
      this.#commanded.fire({ boardId: outlet.reading.boardId, what, detail: `${before}${detail}` });
  }

  async #bounded(signal: AbortSignal, work: (bounded: AbortSignal) => Promise<void>): Promise<void> {
    const deadline = AbortSignal.timeout(commandDeadlineMs);
    try {
      await work(AbortSignal.any([signal, deadline]));
    } catch (error) {
      if (error instanceof LabError || !deadline.aborted) throw error;
      throw new LabError('TIMEOUT', `The outlet took no command within ${commandDeadlineMs} ms`);
    }
  }

  #withoutOutlet(boardId: BoardId): PowerReading {
    return {
      boardId,
      switchable: false,
      commanded: null,
      commandedAtMs: null,
      state: 'unknown',
      evidence: { kind: 'none', text: 'no power outlet is bound', atMs: this.#startedAtMs },
      busy: false,
      leds: [false, false, false],
    };
  }

  #bind(board: Board): Outlet | null {
    const { boards, ports, virtual, clock } = this.#deps;
    const { boardId, power } = board;
    if (board.virtual === null && power === null) return null;
    const driver =
      board.virtual !== null
        ? new VirtualPower(virtual.get(boards.key(boardId), board.virtual))
        : power && new AcmCable(power, { ports, memory: this.#memory, clock });
    if (!driver) return null;
    const outlet = new Outlet({
      boardId,
      driver,
      clock,
      ...(power ? { node: () => ports.resolve(power.match)?.device ?? null } : {}),
      audible: (name) =>
        boards.find(name)?.consoles.some((line) => line.match === null || ports.resolve(line.match)) ?? false,
      onChange: (reading) => this.#fire(reading),
    });
    this.#outlets.set(boardId, outlet);
    return outlet;
  }

  #onBoards(change: BoardsChange): void {
    const { board } = change;
    const before = change.type === 'updated' ? change.before : board;
    const outlet = this.#outlets.get(before.boardId);
    this.#outlets.delete(before.boardId);
    if (change.type === 'updated' && outlet && isDeepStrictEqual(board.power, change.before.power)) {
      this.#outlets.set(board.boardId, outlet);
      outlet.rename(board.boardId);
      outlet.lookAtPort();
      return;
    }
    outlet?.dispose();
    if (change.type === 'removed') return;
    const bound = this.#bind(board);
    this.#fire(this.read(board.boardId));
    void bound?.refresh();
  }

  #lookAtPorts(): void {
    for (const outlet of this.#outlets.values()) outlet.lookAtPort();
  }

  #fire(reading: PowerReading): void {
    this.#revision += 1;
    this.#changed.fire(reading);
  }
}
