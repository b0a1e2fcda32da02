import { DisposableStore } from '../base/disposable.ts';
import type { Event } from '../base/emitter.ts';
import type {
  Board,
  BoardId,
  ConsoleId,
  ConsoleInfo,
  Retention,
  RuleStatus,
  SearchEvent,
  SearchQuery,
  Sharing,
  SharingState,
} from '../contract/index.ts';
import { fail, LabError } from '../contract/labError.ts';
import type { BoardConsole } from './boardConsole.ts';
import { BoardConsoles, type BoardConsolesDeps } from './boardConsoles.ts';
import { StageTable } from './boots/index.ts';
import type { Caller } from './leases/leaseTable.ts';
import { RetentionKeeper } from './recording/retentionKeeper.ts';
import { ConsoleSearch } from './search/consoleSearch.ts';
import { toSearchPattern } from './search/searchPattern.ts';
import { toKeep } from './sharingMemory.ts';

export interface ConsoleServiceDeps extends BoardConsolesDeps {
  readonly ports: BoardConsolesDeps['ports'] & { readonly onDidChange: Event<void> };
  /** How much of a board's recordings is kept. */
  readonly retentionOf: (board: Board) => Retention;
}

/** Owns every console of every board: opens it, records it, shares it. */
export class ConsoleService {
  readonly #deps: ConsoleServiceDeps;
  readonly #consoles: BoardConsoles;
  readonly #held = new DisposableStore();
  readonly #keeper: RetentionKeeper;
  readonly #search = new ConsoleSearch();
  readonly #stages = new StageTable();
  readonly onDidChange: BoardConsoles['changes']['onDidChange'];
  /** A board printed something; fires for every chunk. */
  readonly onDidOutput: BoardConsoles['onDidOutput'];
  readonly onDidBoot: BoardConsoles['onDidBoot'];
  /** A board panicked or restarted by itself. */
  readonly onDidFault: BoardConsoles['onDidFault'];

  constructor(deps: ConsoleServiceDeps) {
    this.#deps = deps;
    this.#consoles = new BoardConsoles(deps, this.#stages, () => this.#keeper.sweepSoon());
    this.#keeper = new RetentionKeeper({
      dir: deps.dir,
      boards: () =>
        deps.boards.list().map((board) => ({
          key: deps.boards.key(board.boardId),
          retention: deps.retentionOf(board),
          recorders: this.#consoles.ofBoard(board.boardId).map((console) => console.recorder),
        })),
      clock: deps.clock,
      logger: deps.logger,
    });
    this.onDidChange = this.#consoles.changes.onDidChange;
    this.onDidOutput = this.#consoles.onDidOutput;
    this.onDidBoot = this.#consoles.onDidBoot;
    this.onDidFault = this.#consoles.onDidFault;
  }

  get revision(): number {
    return this.#consoles.changes.revision;
  }

  /** Opens every console there is; a line that can't be opened does not hold up the others. */
  async start(): Promise<void> {
    const { ports, leases } = this.#deps;
    this.#held.add(ports.onDidChange(() => this.#retryAll()));
    this.#held.add(
      leases.onDidChange(({ consoleId, news }) => {
        if (news) this.#consoles.find(consoleId)?.tell(news.text);
        this.#consoles.changes.announce(consoleId);
      }),
    );
    await this.#consoles.start();
    this.#keeper.start();
    this.#held.add(this.#keeper);
  }

  /** Lets go of what the retention no longer wants: call when a setting of it changed. */
  sweepRecordings(): void {
    this.#keeper.sweepSoon();
  }

  /** Resolves once the consoles are what the boards say now: who adds a board finds its console. */
  settled(): Promise<void> {
    return this.#consoles.settled();
  }

  all(): ConsoleInfo[] {
    return this.#consoles.list().map((console) => console.info);
  }

  /** Throws LabError NOT_FOUND. */
  get(consoleId: string): BoardConsole {
    return (
      this.#consoles.find(consoleId as ConsoleId) ??
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
    for (const console of this.#consoles.ofBoard(boardId)) {
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
    const key = this.#consoles.sharingKey(boardId, name);
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
    const known = this.#consoles.ofBoard(board.boardId).flatMap((console) => console.ruleStatus);
    return board.rules.flatMap((rule) => known.find((status) => status.name === rule.name) ?? []);
  }

  /** How far a boot is at this stage; null for one that the data does not know. */
  stageOrder(stage: string): number | null {
    return this.#stages.orderOf(stage);
  }

  /** Puts a command of another domain (power, LEDs) into the recordings of a board. */
  note(boardId: BoardId, kind: 'power' | 'led', payload: Record<string, unknown>): void {
    for (const console of this.#consoles.ofBoard(boardId)) console.noteCommand(kind, payload);
  }

  /** Power changed: what `isOff` says may be another. */
  refresh(boardId: BoardId): void {
    for (const console of this.#consoles.ofBoard(boardId))
      this.#consoles.changes.announce(console.options.consoleId);
  }

  async close(): Promise<void> {
    this.#held.dispose();
    await this.#consoles.close(new LabError('DEVICE_GONE', 'Labdeck is closing'));
  }

  #retryAll(): void {
    for (const { line } of this.#consoles.list()) void line.open();
  }
}
