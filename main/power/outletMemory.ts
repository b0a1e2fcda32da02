import path from 'node:path';
import { z } from 'zod';
import { JsonFile } from '../base/jsonFile.ts';
import { loadTelling } from '../base/jsonFileTelling.ts';
import type { Logger } from '../base/logger.ts';
import { leds, type SwitchState, switchState, timestampMs } from '../contract/index.ts';
import type { NoticesService } from '../notices/index.ts';

const outletRecord = z.strictObject({
  /** In which dialect it was sent; empty where there is but one. */
  dialect: z.string(),
  state: switchState.nullable(),
  atMs: timestampMs.nullable(),
  leds,
  /** Set while a command is on its way: after a crash the outlet holds either this or the above. */
  intent: z.strictObject({ state: switchState.nullable(), leds }).nullable(),
});
export type OutletRecord = z.infer<typeof outletRecord>;

/** Who gave the command of that moment. */
const commander = z.strictObject({
  by: z.string(),
  atMs: timestampMs,
  /** What was commanded before, where this was Labdeck's own doing at its end or in a test; null: it was not. */
  before: switchState.nullable().default(null),
});

const document = z.strictObject({
  version: z.literal(1),
  cables: z.record(z.string(), outletRecord),
  /** By board key. */
  commanders: z.record(z.string(), commander).default({}),
});

/**
 * What each outlet was last told, by the outlet's identity, kept in `<dir>/power-state.json` (under the name `cables`,
 * the first outlets there were). A cable has no read-back: without this an LED command after a restart would have
 * to guess the power bit.
 */
export class OutletMemory {
  readonly #file: JsonFile<z.infer<typeof document>>;
  readonly #logger: Logger;
  readonly #notices: NoticesService | null;
  #cables: Record<string, OutletRecord> = {};
  #commanders: Record<string, z.infer<typeof commander>> = {};

  constructor(deps: { dir: string; logger: Logger; notices: NoticesService | null }) {
    this.#file = new JsonFile({
      path: path.join(deps.dir, 'power-state.json'),
      schema: document,
      version: 1,
    });
    this.#logger = deps.logger;
    this.#notices = deps.notices;
  }

  /** Reads the file; never rejects. */
  async load(): Promise<void> {
    const kept = await loadTelling(this.#file, {
      what: 'What the power outlets were last told',
      topic: 'power-state-file',
      notices: this.#notices,
      logger: this.#logger,
    });
    if (kept) {
      this.#cables = kept.cables;
      this.#commanders = kept.commanders;
    }
  }

  get(identity: string): OutletRecord | null {
    return this.#cables[identity] ?? null;
  }

  /** Who gave a board's command of this moment; null where that is not known. */
  commander(boardKey: string, commandedAtMs: number | null): string | null {
    const kept = this.#commanders[boardKey];
    return kept && kept.atMs === commandedAtMs ? kept.by : null;
  }

  /** What was commanded before, where the board's command of this moment was Labdeck's own doing; null: it was not. */
  before(boardKey: string, commandedAtMs: number | null): SwitchState | null {
    const kept = this.#commanders[boardKey];
    return kept && kept.atMs === commandedAtMs ? kept.before : null;
  }

  /** As `put`. `who`: null forgets it. */
  async putCommander(boardKey: string, who: z.infer<typeof commander> | null): Promise<void> {
    const { [boardKey]: _, ...others } = this.#commanders;
    this.#commanders = who ? { ...others, [boardKey]: who } : others;
    await this.#save();
  }

  /**
   * Resolves once it is on the disk, or once it is certain that nothing wrong is. Never rejects: a full disk must
   * not keep anybody from switching a board off. Then the file is removed instead (which works on a full disk),
   * since an old mask would be worse than none: a restart would take it for what the cable holds.
   */
  async put(identity: string, record: OutletRecord): Promise<void> {
    this.#cables = { ...this.#cables, [identity]: record };
    await this.#save();
  }

  async #save(): Promise<void> {
    try {
      await this.#file.write({ version: 1, cables: this.#cables, commanders: this.#commanders });
      this.#notices?.dismiss('power-state-unsaved');
    } catch (error) {
      this.#logger.warn('what the power outlets were told could not be saved', { error });
      await this.#file.remove().catch(() => {});
      this.#notices?.post('power-state-unsaved', {
        severity: 'warning',
        title: 'Power commands could not be saved',
        text: 'Switching works. After a restart Labdeck will not know what was commanded, and asks for a power command before it changes an LED.',
      });
    }
  }
}
