import { join } from 'node:path';
import type { Clock } from '../base/clock.ts';
import { DisposableStore } from '../base/disposable.ts';
import { Emitter, type Event } from '../base/emitter.ts';
import { KeyedQueue } from '../base/keyedQueue.ts';
import type { Logger } from '../base/logger.ts';
import {
  type Board,
  type BoardId,
  type ConsoleBinding,
  type ConsoleId,
  type ConsoleInfo,
  type ConsoleSnapshot,
  type PortMatch,
  toConsoleId,
  type VirtualKind,
} from '../contract/index.ts';
import { fail, LabError } from '../contract/labError.ts';
import { ConsoleLine } from './consoleLine.ts';
import { type TtyOptions, TtyTransport } from './drivers/ttyTransport.ts';
import { type PrintingBoard, VirtualTransport } from './drivers/virtualTransport.ts';
import { Recorder } from './recording/recorder.ts';
import type { ConsoleTransport } from './transport.ts';
import type { Viewer, ViewerEvent } from './viewer.ts';

export interface ConsoleServiceDeps {
  readonly boards: {
    list(): Board[];
    get(boardId: string): Board;
    key(boardId: string): string;
    readonly onDidChange: Event<BoardEvent>;
  };
  readonly ports: TtyOptions['ports'] & {
    /** Throws LabError DEVICE_GONE, or CONFLICT where several ports meet the match. */
    locate(match: PortMatch): { device: string };
    readonly onDidChange: Event<void>;
  };
  readonly virtual: { get(key: string, kind: VirtualKind): PrintingBoard };
  /** Commanded off, and nothing proves it on: then nobody is there to read what is typed. */
  readonly isOff: (boardId: BoardId) => boolean;
  /** Recordings live here, one folder a board. */
  readonly dir: string;
  readonly clock: Clock;
  readonly logger: Logger;
}

export type BoardEvent =
  | { readonly type: 'added' | 'removed'; readonly board: Board }
  | { readonly type: 'updated'; readonly board: Board; readonly before: Board };

interface Entry {
  readonly boardId: BoardId;
  readonly name: string;
  /** What the line was made from: anything else means a new line. */
  readonly recipe: string;
  readonly line: ConsoleLine;
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
  readonly #held = new DisposableStore();
  readonly #dirty = new Set<ConsoleId>();
  #outputTimer: NodeJS.Timeout | null = null;
  #revision = 0;
  readonly onDidChange = this.#changed.event;
  /** A board printed something; fires for every chunk. */
  readonly onDidOutput = this.#output.event;

  constructor(deps: ConsoleServiceDeps) {
    this.#deps = deps;
  }

  get revision(): number {
    return this.#revision;
  }

  /** Opens every console there is; a line that can't be opened does not hold up the others. */
  async start(): Promise<void> {
    const { boards, ports } = this.#deps;
    this.#held.add(boards.onDidChange((event) => void this.#follow(event)));
    this.#held.add(ports.onDidChange(() => this.#retryAll()));
    await Promise.all(boards.list().map((board) => this.#sync(board.boardId)));
  }

  all(): ConsoleInfo[] {
    return [...this.#entries].map(([consoleId, entry]) => this.#info(consoleId, entry));
  }

  /** Throws LabError NOT_FOUND for an unknown board. */
  ofBoard(boardId: string): ConsoleInfo[] {
    const board = this.#deps.boards.get(boardId);
    return this.all().filter((info) => info.boardId === board.boardId);
  }

  /** Tries to open the line now. Throws LabError NOT_FOUND. */
  async open(consoleId: string): Promise<ConsoleInfo> {
    const entry = this.#get(consoleId);
    await entry.line.open();
    return this.#info(consoleId as ConsoleId, entry);
  }

  /**
   * Types. Rejects with LabError NOT_FOUND, POWERED_OFF, or why the line is not open; a rejected piece is not
   * sent later.
   */
  async input(consoleId: string, bytes: Uint8Array, who: string): Promise<void> {
    const entry = this.#get(consoleId);
    if (this.#deps.isOff(entry.boardId))
      fail('POWERED_OFF', `${entry.boardId} is off`, 'Switch its power on first.');
    await entry.line.write(bytes, who);
  }

  /** Feeds `emit` from `fromOffset` (-1: a screenful from the end). Throws LabError NOT_FOUND. */
  view(consoleId: string, fromOffset: number, emit: (event: ViewerEvent) => void): Viewer {
    return this.#get(consoleId).line.view(fromOffset, emit);
  }

  /** The last bytes, begun at a line's start where there is one. Throws LabError NOT_FOUND. */
  async snapshot(consoleId: string, maxBytes: number): Promise<ConsoleSnapshot> {
    const { recorder } = this.#get(consoleId).line;
    const endOffset = recorder.endOffset;
    const from = Math.max(0, endOffset - maxBytes);
    const bytes = await readRange(recorder, from, endOffset);
    const newline = from === 0 ? -1 : bytes.indexOf(0x0a);
    const start = newline + 1;
    return {
      consoleId: consoleId as ConsoleId,
      fromOffset: from + start,
      endOffset: from + bytes.length,
      base64: Buffer.from(bytes.subarray(start)).toString('base64'),
    };
  }

  /** The recording behind a console, for reading. Throws LabError NOT_FOUND. */
  recorder(consoleId: string): Recorder {
    return this.#get(consoleId).line.recorder;
  }

  /** Puts a mark of another domain (power, LEDs) into the recordings of a board. */
  note(boardId: BoardId, kind: 'power' | 'led', payload: Record<string, unknown>): void {
    for (const entry of this.#entries.values()) if (entry.boardId === boardId) entry.line.note(kind, payload);
  }

  /** Power changed: what `isOff` says may be another. */
  refresh(boardId: BoardId): void {
    for (const [consoleId, entry] of this.#entries) if (entry.boardId === boardId) this.#announce(consoleId);
  }

  async close(): Promise<void> {
    this.#held.dispose();
    if (this.#outputTimer) clearTimeout(this.#outputTimer);
    const reason = new LabError('DEVICE_GONE', 'Labdeck is closing');
    await this.#queue.close(reason);
    await Promise.all([...this.#entries.keys()].map((consoleId) => this.#drop(consoleId, reason)));
  }

  #get(consoleId: string): Entry {
    return (
      this.#entries.get(consoleId as ConsoleId) ??
      fail('NOT_FOUND', `There is no console ${consoleId}`, 'GET /boards/{boardId}/consoles lists them.')
    );
  }

  async #follow(event: BoardEvent): Promise<void> {
    try {
      if (event.type === 'updated' && event.before.boardId !== event.board.boardId)
        await this.#sync(event.before.boardId);
      await this.#sync(event.board.boardId);
    } catch (error) {
      this.#deps.logger.error('consoles do not follow their board', { boardId: event.board.boardId, error });
    }
  }

  /** Makes the lines of a board what its bindings say: new ones opened, changed ones anew, others left alone. */
  #sync(boardId: BoardId): Promise<void> {
    // One queue for all: a rename hands a recording from one name to another, and two must never hold it.
    return this.#queue.run('sync', async () => {
      const board = this.#deps.boards.list().find((b) => b.boardId === boardId) ?? null;
      const wanted = new Map(board ? this.#recipes(board) : []);
      for (const [consoleId, entry] of [...this.#entries])
        if (entry.boardId === boardId && wanted.get(consoleId)?.recipe !== entry.recipe)
          await this.#drop(consoleId, new LabError('DEVICE_GONE', 'The board was changed or removed'));
      for (const [consoleId, wish] of wanted)
        if (board && !this.#entries.has(consoleId))
          await this.#make(board, consoleId, wish.binding, wish.recipe);
    });
  }

  #recipes(board: Board): [ConsoleId, { binding: ConsoleBinding | null; recipe: string }][] {
    if (board.virtual)
      return [[toConsoleId(board.boardId, 'main'), { binding: null, recipe: `virtual ${board.virtual}` }]];
    return board.consoles.map((binding) => [
      toConsoleId(board.boardId, binding.name),
      { binding, recipe: JSON.stringify(binding) },
    ]);
  }

  async #make(
    board: Board,
    consoleId: ConsoleId,
    binding: ConsoleBinding | null,
    recipe: string,
  ): Promise<void> {
    const { clock, logger, dir } = this.#deps;
    const name = binding?.name ?? 'main';
    const key = this.#deps.boards.key(board.boardId);
    const log = logger.child(consoleId);
    const line = new ConsoleLine({
      recorder: await Recorder.open(join(dir, key, name), clock, log),
      connect: () => this.#connect(key, board.virtual, binding),
      baudRate: binding?.baudRate ?? 115_200,
      clock,
      logger: log,
    });
    const held = new DisposableStore();
    held.add(line.onDidChange(() => this.#announce(consoleId)));
    held.add(
      line.onDidOutput((atMs) => {
        this.#output.fire({ boardId: board.boardId, atMs });
        this.#announceSoon(consoleId);
      }),
    );
    this.#entries.set(consoleId, { boardId: board.boardId, name, recipe, line, held });
    this.#announce(consoleId);
    // Not awaited: a dead port must not keep the next board waiting.
    void line.open();
  }

  #connect(key: string, virtual: VirtualKind | null, binding: ConsoleBinding | null): ConsoleTransport {
    if (virtual) return new VirtualTransport(this.#deps.virtual.get(key, virtual));
    if (!binding) fail('INTERNAL', 'A console without a binding');
    const { device } = this.#deps.ports.locate(binding.match);
    return new TtyTransport({ device, line: binding, ports: this.#deps.ports });
  }

  #retryAll(): void {
    for (const { line } of this.#entries.values()) void line.open();
  }

  async #drop(consoleId: ConsoleId, reason: LabError): Promise<void> {
    const entry = this.#entries.get(consoleId);
    if (!entry) return;
    this.#entries.delete(consoleId);
    this.#dirty.delete(consoleId);
    entry.held.dispose();
    await entry.line.close(reason);
    this.#revision++;
    this.#changed.fire({ consoleId, info: null });
  }

  #info(consoleId: ConsoleId, entry: Entry): ConsoleInfo {
    const info = entry.line.info;
    const off = info.state === 'open' && this.#deps.isOff(entry.boardId);
    return {
      consoleId,
      boardId: entry.boardId,
      name: entry.name,
      ...info,
      ...(off ? { state: 'off' as const, reason: 'The board is off', hint: 'Switch its power on.' } : {}),
    };
  }

  #announce(consoleId: ConsoleId): void {
    const entry = this.#entries.get(consoleId);
    if (!entry) return;
    this.#dirty.delete(consoleId);
    this.#revision++;
    this.#changed.fire({ consoleId, info: this.#info(consoleId, entry) });
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

async function readRange(recorder: Recorder, from: number, to: number): Promise<Buffer> {
  const parts: Uint8Array[] = [];
  for (let at = from; at < to; ) {
    const part = await recorder.read(at, to - at);
    if (part.length === 0) break;
    parts.push(part);
    at += part.length;
  }
  return Buffer.concat(parts);
}
