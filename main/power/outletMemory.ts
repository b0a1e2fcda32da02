import path from 'node:path';
import { z } from 'zod';
import { JsonFile, noticeOf } from '../../base/jsonFile.ts';
import type { Logger } from '../../base/logger.ts';
import { leds, switchState, timestampMs } from '../../contract/index.ts';
import type { NoticesService } from '../../notices/index.ts';

const cableRecord = z.strictObject({
  /** In which dialect it was sent. */
  dialect: z.string(),
  state: switchState.nullable(),
  atMs: timestampMs.nullable(),
  leds,
  /** Set while a command is on its way: after a crash the cable holds either this or the above. */
  intent: z.strictObject({ state: switchState.nullable(), leds }).nullable(),
});
export type CableRecord = z.infer<typeof cableRecord>;

const document = z.strictObject({ version: z.literal(1), cables: z.record(z.string(), cableRecord) });

/**
 * What each cable was last told, by the cable's identity, kept in `<dir>/power-state.json`. The cable has no
 * read-back: without this an LED command after a restart would have to guess the power bit.
 */
export class CableMemory {
  readonly #file: JsonFile<z.infer<typeof document>>;
  readonly #logger: Logger;
  readonly #notices: NoticesService | null;
  #cables: Record<string, CableRecord> = {};

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
    const loaded = await this.#file.load();
    if (loaded.found === 'value') this.#cables = loaded.value.cables;
    const notice = noticeOf('What the power cables were last told', this.#file, loaded);
    if (!notice) return;
    this.#logger.warn(notice.title, { ...loaded });
    this.#notices?.post('power-state-file', notice);
  }

  get(identity: string): CableRecord | null {
    return this.#cables[identity] ?? null;
  }

  /**
   * Resolves once it is on the disk, or once it is certain that nothing wrong is. Never rejects: a full disk must
   * not keep anybody from switching a board off. Then the file is removed instead (which works on a full disk),
   * since an old mask would be worse than none: a restart would take it for what the cable holds.
   */
  async put(identity: string, record: CableRecord): Promise<void> {
    this.#cables = { ...this.#cables, [identity]: record };
    try {
      await this.#file.write({ version: 1, cables: this.#cables });
      this.#notices?.dismiss('power-state-unsaved');
    } catch (error) {
      this.#logger.warn('what the power cables hold could not be saved', { error });
      await this.#file.remove().catch(() => {});
      this.#notices?.post('power-state-unsaved', {
        severity: 'warning',
        title: 'Power commands could not be saved',
        text: 'Switching works. After a restart Labdeck will not know what the cables hold, and asks for a power command before it changes an LED.',
      });
    }
  }
}
