import path from 'node:path';
import { z } from 'zod';
import { JsonFile } from '../../base/jsonFile.ts';
import { loadTelling } from '../../base/jsonFileTelling.ts';
import type { Logger } from '../../base/logger.ts';
import { type Leds, leds } from '../../contract/index.ts';
import type { NoticesService } from '../../notices/index.ts';
import { sameLeds } from './ledFrame.ts';

const document = z.strictObject({ version: z.literal(1), boards: z.record(z.string(), leds) });

/**
 * How people set the LEDs of boards that say something now, by board key, in `<dir>/leds-by-hand.json`: the light of a
 * blink that a crash left behind is not taken for somebody's.
 */
export class LedMemory {
  readonly #file: JsonFile<z.infer<typeof document>>;
  readonly #logger: Logger;
  readonly #notices: Pick<NoticesService, 'post'>;
  #boards: Readonly<Record<string, Leds>> = {};
  #written: Promise<void> = Promise.resolve();
  #isWaiting = false;

  constructor(deps: { dir: string; logger: Logger; notices: Pick<NoticesService, 'post'> }) {
    this.#file = new JsonFile({
      path: path.join(deps.dir, 'leds-by-hand.json'),
      schema: document,
      version: 1,
    });
    this.#logger = deps.logger;
    this.#notices = deps.notices;
  }

  /** Never rejects. */
  async load(): Promise<void> {
    const kept = await loadTelling(this.#file, {
      what: 'How LEDs were set by hand',
      topic: 'leds-by-hand-file',
      notices: this.#notices,
      logger: this.#logger,
    });
    if (kept) this.#boards = kept.boards;
  }

  /** Null where nothing else was shown. */
  get(key: string): Leds | null {
    return this.#boards[key] ?? null;
  }

  /** `hand` null: they are as people set them, there is nothing to keep. Never waits, never fails. */
  keep(key: string, hand: Leds | null): void {
    const before = this.get(key);
    if (hand === before || (hand && before && sameLeds(hand, before))) return;
    const { [key]: _gone, ...others } = this.#boards;
    this.#boards = hand ? { ...others, [key]: hand } : others;
    this.#writeSoon();
  }

  /** Boards that are no more are forgotten. */
  keepOnly(keys: ReadonlySet<string>): void {
    const kept = Object.entries(this.#boards).filter(([key]) => keys.has(key));
    if (kept.length === Object.keys(this.#boards).length) return;
    this.#boards = Object.fromEntries(kept);
    this.#writeSoon();
  }

  /** Resolves once all is written, or the disk has refused it. */
  settled(): Promise<void> {
    return this.#written;
  }

  /** Many boards that change at once are one write. */
  #writeSoon(): void {
    if (this.#isWaiting) return;
    this.#isWaiting = true;
    this.#written = this.#written.then(async () => {
      this.#isWaiting = false;
      await this.#file.write({ version: 1, boards: { ...this.#boards } }).catch((error: unknown) => {
        this.#logger.warn('how LEDs were set by hand cannot be saved', { error });
      });
    });
  }
}
