import { mkdirSync } from 'node:fs';
import { readdir, rm } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import type { Clock } from '../base/clock.ts';
import type { Logger } from '../base/logger.ts';
import type { VirtualKind } from '../contract/index.ts';
import { fail } from '../contract/labError.ts';
import { BoardMemory, freshBoard, readSaved } from './boardMemory.ts';
import { qemuAvailability } from './qemu/availability.ts';
import { killProcess } from './qemu/processIdentity.ts';
import { QemuBoard } from './qemu/qemuBoard.ts';
import { socketPaths } from './qemu/socketPaths.ts';
import { SimBoard } from './sim/simBoard.ts';
import { Ticker } from './sim/ticker.ts';
import type { Unavailable, VirtualBoard } from './virtualBoard.ts';

export interface VirtualBenchDeps {
  /** What boards remember: one `<key>.json` each, and QEMU's console logs. */
  readonly dir: string;
  /** Sockets. Any length: names too long for a socket move to the temporary folder. */
  readonly runtimeDir: string;
  readonly clock: Clock;
  readonly logger: Logger;
}

interface Entry {
  readonly board: SimBoard | QemuBoard;
  readonly memory: BoardMemory;
}

/** All virtual boards. What was on when the core was killed is on again; a clean close() turns all off. */
export class VirtualBench {
  readonly #deps: VirtualBenchDeps;
  readonly #ticker: Ticker;
  readonly #entries = new Map<string, Entry>();

  constructor(deps: VirtualBenchDeps) {
    // Emulators run in another working folder.
    this.#deps = { ...deps, dir: resolve(deps.dir), runtimeDir: resolve(deps.runtimeDir) };
    this.#ticker = new Ticker(deps.clock);
  }

  /** Adopts every QEMU the last core left running. Resolves once their state is known. */
  async start(): Promise<void> {
    const names = await readdir(this.#deps.dir).catch(() => []);
    for (const name of names) {
      const key = /^([a-zA-Z0-9_-]{1,100})\.json$/.exec(name)?.[1];
      if (key === undefined || this.#entries.has(key)) continue;
      if (readSaved(join(this.#deps.dir, name), this.#deps.logger)?.kind === 'qemu') this.get(key, 'qemu');
    }
    await Promise.all([...this.#entries.values()].map(({ board }) => readyOf(board)));
  }

  /**
   * The board of this key, the same object until it is removed. Usable at once, even before start(): what must
   * wait for adoption does so inside. Throws CONFLICT where the key belongs to a board of the other kind.
   */
  get(key: string, kind: VirtualKind): VirtualBoard {
    if (!/^[a-zA-Z0-9_-]{1,100}$/.test(key)) fail('BAD_REQUEST', `"${key}" is no key of a virtual board`);
    const known = this.#entries.get(key);
    if (known && known.board.kind !== kind) fail('CONFLICT', `${key} is a ${known.board.kind} board`);
    const entry = known ?? this.#create(key, kind);
    this.#entries.set(key, entry);
    return entry.board;
  }

  /** Power off, and forget all it ever knew. Unknown keys are fine. */
  async remove(key: string): Promise<void> {
    const known = this.#entries.get(key);
    const saved = known ? null : readSaved(this.#statePath(key), this.#deps.logger);
    const entry = known ?? (saved ? this.#create(key, saved.kind) : null);
    if (!entry) return;
    await entry.board.close();
    await entry.memory.forget();
    if (entry.board instanceof QemuBoard) await entry.board.forget();
    this.#entries.delete(key);
  }

  /** Why boards of this kind can't run here; null when they can. */
  async availability(kind: VirtualKind): Promise<Unavailable> {
    return kind === 'sim' ? null : await qemuAvailability();
  }

  /** The end of a clean quit: all boards dark, no process left. */
  async close(): Promise<void> {
    const closed = await Promise.allSettled([...this.#entries.values()].map(({ board }) => board.close()));
    this.#ticker.dispose();
    for (const result of closed)
      if (result.status === 'rejected')
        this.#deps.logger.error('a virtual board did not go dark', { error: result.reason });
  }

  #create(key: string, kind: VirtualKind): Entry {
    const { dir, runtimeDir, clock } = this.#deps;
    const logger = this.#deps.logger.child(key);
    mkdirSync(dir, { recursive: true, mode: 0o700 });
    const path = this.#statePath(key);
    const found = readSaved(path, logger);
    if (found && found.kind !== kind && found.qemu) {
      // The board was replaced while nobody could end its emulator.
      void killProcess(found.qemu);
      void rm(found.qemu.consolePath, { force: true });
      void rm(found.qemu.qmpPath, { force: true });
    }
    const memory = new BoardMemory(path, found?.kind === kind ? found : freshBoard(kind), logger);
    if (kind === 'sim') return { memory, board: new SimBoard({ memory, ticker: this.#ticker, clock }) };
    const paths = socketPaths(runtimeDir, dir, key);
    const filesPrefix = join(dir, `${key}.qemu`);
    return { memory, board: new QemuBoard({ key, memory, paths, filesPrefix, clock, logger }) };
  }

  #statePath(key: string): string {
    return join(this.#deps.dir, `${key}.json`);
  }
}

function readyOf(board: SimBoard | QemuBoard): Promise<void> {
  return board instanceof QemuBoard ? board.ready : Promise.resolve();
}
