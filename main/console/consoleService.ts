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
  type ConsoleInfo,
  defaultTypingStyle,
  type ExpectRule,
  type LedState,
  type Retention,
  type RuleStatus,
  type SearchEvent,
  type SearchQuery,
  type Sharing,
  type SharingState,
  toConsoleId,
} from '../contract/index.ts';
import { fail, LabError } from '../contract/labError.ts';
import { BoardConsole } from './boardConsole.ts';
import { type BootFault, StageTable } from './boots/index.ts';
import { applySignalPolicy } from './drivers/signalPolicy.ts';
import type { Caller, LeaseTable } from './leases/leaseTable.ts';
import {
  type LinePlan,
  makeTransport,
  parametersOf,
  planLines,
  recipeOf,
  type TransportSources,
} from './makeTransport.ts';
import { RetentionKeeper } from './recording/retentionKeeper.ts';
import { ConsoleSearch } from './search/consoleSearch.ts';
import { toSearchPattern } from './search/searchPattern.ts';
import { type SharingMemory, toKeep } from './sharingMemory.ts';

export interface ConsoleServiceDeps extends TransportSources {
  readonly boards: {
    list(): Board[];
    find(boardId: string): Board | null;
    get(boardId: string): Board;
    key(boardId: string): string;
    readonly onDidChange: Event<BoardEvent>;
  };
  readonly ports: TransportSources['ports'] & { readonly onDidChange: Event<void> };
  readonly leases: LeaseTable;
  readonly sharing: SharingMemory;
  readonly power: {
    /** Commanded off, and nothing proves it on: then nobody is there to read what is typed. */
    isOff(boardId: BoardId): boolean;
    off(boardId: BoardId): Promise<void>;
  };
  /** What a rule has to say to the user. */
  readonly notify: (consoleId: ConsoleId, text: string) => void;
  /** A rule says a state with the board's LEDs, until the next boot. */
  readonly showState: (boardId: BoardId, state: LedState) => void;
  /** How much of a board's recordings is kept. */
  readonly retentionOf: (board: Board) => Retention;
  /** Recordings live here, one folder a board. */
  readonly dir: string;
  /** Where the unix socket of a shared console is. */
  readonly socketPathOf: (consoleId: ConsoleId) => string;
  readonly clock: Clock;
  readonly logger: Logger;
}

export type BoardEvent =
  | { readonly type: 'added' | 'removed'; readonly board: Board }
  | { readonly type: 'updated'; readonly board: Board; readonly before: Board };

interface Entry {
  readonly console: BoardConsole;
  readonly held: DisposableStore;
}

const outputEveryMs = 500;

/** Owns every console of every board: opens it, records it, shares it. */
export class ConsoleService {
  readonly #deps: ConsoleServiceDeps;
  readonly #entries = new Map<ConsoleId, Entry>();
  readonly #queue = new KeyedQueue<string>();
  readonly #changed = new Emitter<{ consoleId: ConsoleId; info: ConsoleInfo | null }>();
  readonly #output = new Emitter<{ boardId: BoardId; atMs: number }>();
  readonly #booted = new Emitter<{ consoleId: ConsoleId; boot: Boot }>();
  readonly #faulted = new Emitter<{ consoleId: ConsoleId; boardId: BoardId; fault: BootFault }>();
  readonly #held = new DisposableStore();
  readonly #keeper: RetentionKeeper;
  readonly #search = new ConsoleSearch();
  readonly #stages = new StageTable();
  readonly #dirty = new Set<ConsoleId>();
  #outputTimer: NodeJS.Timeout | null = null;
  #revision = 0;
  readonly onDidChange = this.#changed.event;
  /** A board printed something; fires for every chunk. */
  readonly onDidOutput = this.#output.event;
  readonly onDidBoot = this.#booted.event;
  /** A board panicked or restarted by itself. */
  readonly onDidFault = this.#faulted.event;

  constructor(deps: ConsoleServiceDeps) {
    this.#deps = deps;
    this.#keeper = new RetentionKeeper({
      dir: deps.dir,
      boards: () =>
        deps.boards.list().map((board) => ({
          key: deps.boards.key(board.boardId),
          retention: deps.retentionOf(board),
          recorders: this.#ofBoard(board.boardId).map((console) => console.recorder),
        })),
      clock: deps.clock,
      logger: deps.logger,
    });
  }

  get revision(): number {
    return this.#revision;
  }

  /** Opens every console there is; a line that can't be opened does not hold up the others. */
  async start(): Promise<void> {
    const { boards, ports, leases } = this.#deps;
    this.#held.add(boards.onDidChange((event) => void this.#follow(event)));
    this.#held.add(ports.onDidChange(() => this.#retryAll()));
    this.#held.add(
      leases.onDidChange(({ consoleId, news }) => {
        if (news) this.#entries.get(consoleId)?.console.tell(news.text);
        this.#announce(consoleId);
      }),
    );
    await Promise.all(boards.list().map((board) => this.#sync(board.boardId)));
    this.#keeper.start();
    this.#held.add(this.#keeper);
  }

  /** Lets go of what the retention no longer wants: call when a setting of it changed. */
  sweepRecordings(): void {
    this.#keeper.sweepSoon();
  }

  /** Resolves once the consoles are what the boards say now: who adds a board finds its console. */
  async settled(): Promise<void> {
    await this.#queue.run('sync', async () => {});
  }

  all(): ConsoleInfo[] {
    return [...this.#entries.values()].map(({ console }) => console.info);
  }

  /** Throws LabError NOT_FOUND. */
  get(consoleId: string): BoardConsole {
    return (
      this.#entries.get(consoleId as ConsoleId)?.console ??
      fail('NOT_FOUND', `There is no console ${consoleId}`, 'GET /boards/{boardId}/consoles lists them.')
    );
  }

  /** Throws LabError NOT_FOUND for an unknown board. */
  ofBoard(boardId: string): ConsoleInfo[] {
    const board = this.#deps.boards.get(boardId);
    return this.all().filter((info) => info.boardId === board.boardId);
  }

  /** Tries to open the line now. Throws LabError NOT_FOUND. */
  async open(consoleId: string): Promise<ConsoleInfo> {
    const console = this.get(consoleId);
    await console.line.open();
    return console.info;
  }

  /**
   * Before power is switched. Throws LabError LEASED while another uses a console of the board; with `takeOver` they
   * lose it instead, and are told.
   */
  claimPower(boardId: BoardId, caller: Caller, takeOver: boolean): void {
    const { leases } = this.#deps;
    for (const console of this.#ofBoard(boardId)) {
      const { consoleId } = console.options;
      if (!takeOver) leases.guard(consoleId, caller);
      else if (leases.read(consoleId)?.holder.clientId !== caller.clientId)
        leases.revoke(consoleId, `${caller.who} took the board over to switch its power`);
    }
  }

  /** Throws LabError NOT_FOUND, BAD_REQUEST. */
  search(query: SearchQuery, signal?: AbortSignal): AsyncGenerator<SearchEvent> {
    // Here, so that a wrong pattern is an error and not a stream that breaks off.
    toSearchPattern(query);
    return this.#search.run(this.get(query.consoleId).recorder, query, signal);
  }

  /** Rejects with LabError NOT_FOUND, CONFLICT, PERMISSION_DENIED, DISK_FULL. */
  async share(consoleId: string, wish: Sharing): Promise<SharingState> {
    const console = this.get(consoleId);
    const { boardId, name } = console.options;
    const key = this.#sharingKey(boardId, name);
    try {
      return await console.share(wish);
    } finally {
      // Also when one door failed: what was closed must not open again at the next start.
      await this.#deps.sharing.set(key, toKeep(wish, console.info.sharing, this.#deps.sharing.get(key)));
    }
  }

  /** Throws LabError NOT_FOUND. */
  ruleStatus(boardId: string): RuleStatus[] {
    const board = this.#deps.boards.get(boardId);
    const known = this.#ofBoard(board.boardId).flatMap((console) => console.ruleStatus);
    return board.rules.flatMap((rule) => known.find((status) => status.name === rule.name) ?? []);
  }

  /** How far a boot is at this stage; null for one that the data does not know. */
  stageOrder(stage: string): number | null {
    return this.#stages.orderOf(stage);
  }

  /** Puts a command of another domain (power, LEDs) into the recordings of a board. */
  note(boardId: BoardId, kind: 'power' | 'led', payload: Record<string, unknown>): void {
    for (const console of this.#ofBoard(boardId)) console.noteCommand(kind, payload);
  }

  /** Power changed: what `isOff` says may be another. */
  refresh(boardId: BoardId): void {
    for (const console of this.#ofBoard(boardId)) this.#announce(console.options.consoleId);
  }

  async close(): Promise<void> {
    this.#held.dispose();
    if (this.#outputTimer) clearTimeout(this.#outputTimer);
    const reason = new LabError('DEVICE_GONE', 'Labdeck is closing');
    await this.#queue.close(reason);
    await Promise.all([...this.#entries.keys()].map((consoleId) => this.#takeOut(consoleId)?.close(reason)));
  }

  #ofBoard(boardId: BoardId): BoardConsole[] {
    return [...this.#entries.values()]
      .map(({ console }) => console)
      .filter((console) => console.options.boardId === boardId);
  }

  async #follow(event: BoardEvent): Promise<void> {
    const { boardId } = event.board;
    const before = event.type === 'updated' ? event.before.boardId : boardId;
    try {
      if (before !== boardId) {
        for (const { options } of this.#ofBoard(before))
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
      : this.#ofBoard(boardId).map(({ options }) => this.#takeOut(options.consoleId));
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
      this.#keeper.sweepSoon();
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
      sharing: sharing.get(this.#sharingKey(boardId, plan.name)),
      leases,
      isOff: () => power.isOff(boardId),
      powerOff: async () => {
        for (const each of this.#ofBoard(boardId)) each.yieldToHolder();
        await power.off(boardId);
      },
      notify: (text) => notify(consoleId, text),
      showState: (state) => showState(boardId, state),
      clock,
      logger: log,
    });
    const held = new DisposableStore();
    held.add(console.onDidChange(() => this.#announce(consoleId)));
    held.add(console.recorder.onDidStartSegment(() => this.#keeper.sweepSoon()));
    held.add(
      console.line.onDidOutput(({ atMs }) => {
        this.#output.fire({ boardId, atMs });
        this.#announceSoon(consoleId);
      }),
    );
    held.add(console.boots.onDidChange((boot) => this.#booted.fire({ consoleId, boot })));
    held.add(console.boots.onDidFault((fault) => this.#faulted.fire({ consoleId, boardId, fault })));
    this.#entries.set(consoleId, { console, held });
    this.#announce(consoleId);
    // Not awaited: a dead port must not keep the next board waiting.
    console.start();
  }

  #sharingKey(boardId: BoardId, name: string): string {
    return `${this.#deps.boards.key(boardId)}/${name}`;
  }

  #retryAll(): void {
    for (const { console } of this.#entries.values()) void console.line.open();
  }

  /** From now on nobody finds it; it has yet to be closed. Its lease goes too, unless the board still has such a line. */
  #takeOut(consoleId: ConsoleId): BoardConsole | null {
    const entry = this.#entries.get(consoleId);
    if (!entry) return null;
    this.#entries.delete(consoleId);
    this.#dirty.delete(consoleId);
    entry.held.dispose();
    const { boardId, name } = entry.console.options;
    const board = this.#deps.boards.find(boardId);
    if (!board || !planLines(board).some((plan) => plan.name === name)) this.#deps.leases.forget(consoleId);
    this.#revision++;
    this.#changed.fire({ consoleId, info: null });
    return entry.console;
  }

  #announce(consoleId: ConsoleId): void {
    const entry = this.#entries.get(consoleId);
    if (!entry) return;
    this.#dirty.delete(consoleId);
    this.#revision++;
    this.#changed.fire({ consoleId, info: entry.console.info });
  }

  /** Output moves the end of a recording all the time; the byte stream has it at once, the list now and then. */
  #announceSoon(consoleId: ConsoleId): void {
    this.#dirty.add(consoleId);
    this.#outputTimer ??= setTimeout(() => {
      this.#outputTimer = null;
      for (const dirty of [...this.#dirty]) this.#announce(dirty);
    }, outputEveryMs);
  }
}

function boardChanged(): LabError {
  return new LabError('DEVICE_GONE', 'The board was changed or removed');
}

function rulesOf(board: Board, consoleName: string): ExpectRule[] {
  return board.rules.filter((rule) => rule.console === consoleName);
}
