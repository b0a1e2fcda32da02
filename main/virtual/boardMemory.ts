import { readFileSync, renameSync } from 'node:fs';
import { mkdir, rename, rm, writeFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import { z } from 'zod';
import type { Logger } from '../base/logger.ts';
import {
  type Leds,
  leds,
  switchState,
  timestampMs,
  type VirtualKind,
  virtualKind,
} from '../contract/index.ts';
import { fail } from '../contract/labError.ts';

/** Where a sim stands, as far as a restarted core must know. */
const simMemory = z.object({
  phase: z.enum([
    'off',
    'banner',
    'countdown',
    'uboot',
    'kernel',
    'login',
    'password',
    'shell',
    'restart',
    'panic',
    'halted',
  ]),
  sinceMs: timestampMs,
  /** When its kernel started; what uptime counts from. */
  bootedMs: timestampMs,
  /** The environment as saved, and as it is now; null: the default one. */
  savedEnv: z.record(z.string(), z.string()).nullable(),
  env: z.record(z.string(), z.string()).nullable(),
});
export type SimMemory = z.infer<typeof simMemory>;

/** A QEMU that runs on its own: enough to find it again and to be sure that it is the same process. */
const qemuMemory = z.object({
  pid: z.int().positive(),
  startedAt: z.string().min(1),
  consolePath: z.string(),
  qmpPath: z.string(),
});
export type QemuMemory = z.infer<typeof qemuMemory>;

const savedBoard = z.object({
  version: z.literal(1),
  kind: virtualKind,
  power: switchState,
  commandedAtMs: timestampMs.nullable(),
  leds,
  sim: simMemory.nullable(),
  qemu: qemuMemory.nullable(),
});
export type SavedBoard = z.infer<typeof savedBoard>;

export function freshBoard(kind: VirtualKind): SavedBoard {
  return {
    version: 1,
    kind,
    power: 'off',
    commandedAtMs: null,
    leds: [false, false, false],
    sim: null,
    qemu: null,
  };
}

/** The LEDs after one was switched. Rejects a LED the cable does not have with BAD_REQUEST. */
export function withLed(before: Leds, led: number, on: boolean): Leds {
  if (led !== 1 && led !== 2 && led !== 3)
    fail('BAD_REQUEST', `there is no LED ${led}`, 'A virtual board has LED 1 to 3.', { field: 'led' });
  const after: Leds = [...before];
  after[led - 1] = on;
  return after;
}

/** What one virtual board knows across a crash of the core: a JSON file, replaced as a whole. */
export class BoardMemory {
  readonly #path: string;
  readonly #logger: Logger;
  #saved: SavedBoard;
  #written: Promise<void> = Promise.resolve();
  #writeWaits = false;
  #forgotten = false;

  constructor(path: string, saved: SavedBoard, logger: Logger) {
    this.#path = path;
    this.#saved = saved;
    this.#logger = logger;
  }

  get saved(): SavedBoard {
    return this.#saved;
  }

  /**
   * Takes effect at once; resolves when it is on disk. Never rejects: a full disk must not keep a board from
   * being switched, it only costs what a crash would have needed. No fsync: the file has to outlive our
   * process, not the machine, and a torn one only means "off".
   */
  update(change: Partial<SavedBoard>): Promise<void> {
    this.#saved = { ...this.#saved, ...change };
    if (this.#forgotten || this.#writeWaits) return this.#written;
    this.#writeWaits = true;
    this.#written = this.#written.then(() => this.#write());
    return this.#written;
  }

  /** Resolves once all updates so far are on disk. */
  settled(): Promise<void> {
    return this.#written;
  }

  /** Removes the file; later updates stay in memory. */
  async forget(): Promise<void> {
    this.#forgotten = true;
    await this.#written;
    await rm(this.#path, { force: true });
  }

  async #write(): Promise<void> {
    // From here on an update needs a write of its own.
    this.#writeWaits = false;
    const fresh = `${this.#path}.new`;
    try {
      await mkdir(dirname(this.#path), { recursive: true, mode: 0o700 });
      await writeFile(fresh, JSON.stringify(this.#saved), { mode: 0o600 });
      await rename(fresh, this.#path);
    } catch (error) {
      this.#logger.warn('could not save the state of a virtual board', { path: this.#path, error });
    }
  }
}

/** Reads a board's file; null when there is none. A damaged one is set aside, never overwritten. */
export function readSaved(path: string, logger: Logger): SavedBoard | null {
  let text: string;
  try {
    text = readFileSync(path, 'utf8');
  } catch {
    return null;
  }
  const parsed = savedBoard.safeParse(parseJson(text));
  if (parsed.success) return parsed.data;
  const aside = `${path}.damaged`;
  logger.warn('the state of a virtual board is damaged: set aside, the board is off', { path, aside });
  try {
    renameSync(path, aside);
  } catch (error) {
    logger.warn('could not set it aside', { path, error });
  }
  return null;
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
