import { join } from 'node:path';
import type { Clock } from '../base/clock.ts';
import { DisposableStore } from '../base/disposable.ts';
import { Emitter, type Event } from '../base/emitter.ts';
import { KeyedQueue } from '../base/keyedQueue.ts';
import type { Logger } from '../base/logger.ts';
import {
  type Board,
  type BoardId,
  type Boot,
  type ConsoleId,
  defaultTypingStyle,
  type ExpectRule,
  type LedState,
  toConsoleId,
} from '../contract/index.ts';
import { LabError } from '../contract/labError.ts';
import { BoardConsole } from './boardConsole.ts';
import type { BootFault, StageTable } from './boots/index.ts';
import { ConsoleChanges } from './consoleChanges.ts';
import { applySignalPolicy } from './drivers/signalPolicy.ts';
import type { LeaseTable } from './leases/leaseTable.ts';
import {
  type LinePlan,
  makeTransport,
  parametersOf,
  planLines,
  recipeOf,
  type TransportSources,
} from './makeTransport.ts';
import type { SharingMemory } from './sharingMemory.ts';

export type BoardEvent =
  | { readonly type: 'added' | 'removed'; readonly board: Board }
  | { readonly type: 'updated'; readonly board: Board; readonly before: Board };

export interface BoardConsolesDeps extends TransportSources {
  readonly boards: {
    list(): Board[];
    find(boardId: string): Board | null;
    get(boardId: string): Board;
    key(boardId: string): string;
    readonly onDidChange: Event<BoardEvent>;
  };
  readonly leases: LeaseTable;
  readonly sharing: SharingMemory;
  readonly power: {
    /** Commanded off, and nothing proves it on: then nobody is there to read what is typed. */
    isOff(boardId: BoardId): boolean;
    off(boardId: BoardId): Promise<void>;
  };
  /** What a rule has to say to the user. */
  readonly notify: (consoleId: ConsoleId, text: string) => void;
  /** A rule was to switch the board off, and could not. */
  readonly warnPowerStaysOn?: (consoleId: ConsoleId, ruleName: string, why: string) => void;
  /** A rule says a state with the board's LEDs, until the next boot. */
  readonly showState: (boardId: BoardId, state: LedState) => void;
  /** Recordings live here, one folder a board. */
  readonly dir: string;
  /** Where the unix socket of a shared console is. */
  readonly socketPathOf: (consoleId: ConsoleId) => string;
  readonly clock: Clock;
  readonly logger: Logger;
}

interface Entry {
  readonly console: BoardConsole;
  readonly held: DisposableStore;
}

/** The consoles there are: made, made anew and let go of as boards come, change and go. */
export class BoardConsoles {
  readonly #deps: BoardConsolesDeps;
  readonly #stages: StageTable;
  readonly #sweepSoon: () => void;
  readonly #entries = new Map<ConsoleId, Entry>();
  readonly #queue = new KeyedQueue<string>();
  readonly #output = new Emitter<{ boardId: BoardId; atMs: number }>();
  readonly #booted = new Emitter<{ consoleId: ConsoleId; boot: Boot }>();
  readonly #faulted = new Emitter<{ consoleId: ConsoleId; boardId: BoardId; fault: BootFault }>();
  readonly #held = new DisposableStore();
  readonly changes = new ConsoleChanges((consoleId) => this.find(consoleId)?.info ?? null);
  readonly onDidOutput = this.#output.event;
  readonly onDidBoot = this.#booted.event;
  readonly onDidFault = this.#faulted.event;

  /** `sweepSoon` is called when there may be something to let go of in the recordings. */
  constructor(deps: BoardConsolesDeps, stages: StageTable, sweepSoon: () => void) {
    this.#deps = deps;
    this.#stages = stages;
    this.#sweepSoon = sweepSoon;
  }

  /** Follows the boards from now on; resolves once each has its consoles, whether or not their lines opened. */
  async start(): Promise<void> {
    const { boards } = this.#deps;
    this.#held.add(boards.onDidChange((event) => void this.#follow(event)));
    await Promise.all(boards.list().map((board) => this.#sync(board.boardId)));
  }

  /** Resolves once the consoles are what the boards say now. */
  async settled(): Promise<void> {
    await this.#queue.run('sync', async () => {});
  }

  list(): BoardConsole[] {
    return [...this.#entries.values()].map(({ console }) => console);
  }

  find(consoleId: ConsoleId): BoardConsole | null {
    return this.#entries.get(consoleId)?.console ?? null;
  }

  ofBoard(boardId: BoardId): BoardConsole[] {
    return this.list().filter((console) => console.options.boardId === boardId);
  }

  /** What a console's doors are remembered by: a rename of the board keeps them. */
  sharingKey(boardId: BoardId, name: string): string {
    return `${this.#deps.boards.key(boardId)}/${name}`;
  }

  /** Follows the boards no more, and closes all consoles. */
  async close(reason: LabError): Promise<void> {
    this.#held.dispose();
    this.changes.dispose();
    await this.#queue.close(reason);
    await Promise.all([...this.#entries.keys()].map((consoleId) => this.#takeOut(consoleId)?.close(reason)));
  }

  async #follow(event: BoardEvent): Promise<void> {
    const { boardId } = event.board;
    const before = event.type === 'updated' ? event.before.boardId : boardId;
    try {
      if (before !== boardId) {
        for (const { options } of this.ofBoard(before))
          this.#deps.leases.move(options.consoleId, toConsoleId(boardId, options.name));
      }
      await Promise.all([...(before === boardId ? [] : [this.#sync(before)]), this.#sync(boardId)]);
    } catch (error) {
      this.#deps.logger.error('consoles do not follow their board', { boardId: event.board.boardId, error });
    }
  }

  /** Makes the lines of a board what its bindings say: new ones opened, changed ones anew, others left alone. */
  #sync(boardId: BoardId): Promise<void> {
    // At once, not in turn: nobody is to find the console of a board that is no more.
    const gone = this.#deps.boards.find(boardId)
      ? []
      : this.ofBoard(boardId).map(({ options }) => this.#takeOut(options.consoleId));
    // One queue for all: a rename hands a recording from one name to another, and two must never hold it.
    return this.#queue.run('sync', async () => {
      for (const console of gone) await console?.close(boardChanged());
      const board = this.#deps.boards.find(boardId);
      const plans = board ? planLines(board) : [];
      const wanted = new Map(plans.map((plan) => [toConsoleId(boardId, plan.name), plan]));
      for (const [consoleId, { console }] of [...this.#entries]) {
        if (console.options.boardId !== boardId) continue;
        const plan = wanted.get(consoleId);
        if (!plan || recipeOf(plan) !== console.options.recipe)
          await this.#takeOut(consoleId)?.close(boardChanged());
        else if (board) console.setRules(rulesOf(board, plan.name));
      }
      this.#sweepSoon();
      for (const [consoleId, plan] of wanted)
        if (board && !this.#entries.has(consoleId)) await this.#make(board, consoleId, plan);
    });
  }

  async #make(board: Board, consoleId: ConsoleId, plan: LinePlan): Promise<void> {
    const { clock, logger, dir, socketPathOf, leases, sharing, power, notify, showState } = this.#deps;
    const { boardId } = board;
    const key = this.#deps.boards.key(boardId);
    const log = logger.child(consoleId);
    const console = await BoardConsole.open({
      consoleId,
      boardId,
      name: plan.name,
      recipe: recipeOf(plan),
      folder: join(dir, key, plan.name),
      socketPath: socketPathOf(consoleId),
      parameters: parametersOf(plan),
      connect: () => makeTransport(plan, key, this.#deps, log),
      prepare: async (transport) => {
        if (plan.binding) await applySignalPolicy(transport.control, plan.binding, clock);
      },
      stages: this.#stages,
      rules: rulesOf(board, plan.name),
      typing: () => this.#deps.boards.find(boardId)?.typing[plan.name] ?? defaultTypingStyle,
      sharing: sharing.get(this.sharingKey(boardId, plan.name)),
      leases,
      isOff: () => power.isOff(boardId),
      powerOff: async () => {
        for (const each of this.ofBoard(boardId)) each.yieldToHolder();
        await power.off(boardId);
      },
      powerStaysOn: (ruleName, why) => this.#deps.warnPowerStaysOn?.(consoleId, ruleName, why),
      notify: (text) => notify(consoleId, text),
      showState: (state) => showState(boardId, state),
      clock,
      logger: log,
    });
    this.#entries.set(consoleId, { console, held: this.#listen(console) });
    this.changes.announce(consoleId);
    // Not awaited: a dead port must not keep the next board waiting.
    console.start();
  }

  #listen(console: BoardConsole): DisposableStore {
    const { consoleId, boardId } = console.options;
    const held = new DisposableStore();
    held.add(console.onDidChange(() => this.changes.announce(consoleId)));
    held.add(console.recorder.onDidStartSegment(() => this.#sweepSoon()));
    held.add(
      console.line.onDidOutput(({ atMs }) => {
        this.#output.fire({ boardId, atMs });
        this.changes.announceSoon(consoleId);
      }),
    );
    held.add(console.boots.onDidChange((boot) => this.#booted.fire({ consoleId, boot })));
    held.add(console.boots.onDidFault((fault) => this.#faulted.fire({ consoleId, boardId, fault })));
    return held;
  }

  /** From now on nobody finds it; it has yet to be closed. Its lease goes too, unless the board still has such a line. */
  #takeOut(consoleId: ConsoleId): BoardConsole | null {
    const entry = this.#entries.get(consoleId);
    if (!entry) return null;
    this.#entries.delete(consoleId);
    entry.held.dispose();
    const { boardId, name } = entry.console.options;
    const board = this.#deps.boards.find(boardId);
    if (!board || !planLines(board).some((plan) => plan.name === name)) this.#deps.leases.forget(consoleId);
    this.changes.gone(consoleId);
    return entry.console;
  }
}

function boardChanged(): LabError {
  return new LabError('DEVICE_GONE', 'The board was changed or removed');
}

function rulesOf(board: Board, consoleName: string): ExpectRule[] {
  return board.rules.filter((rule) => rule.console === consoleName);
}
