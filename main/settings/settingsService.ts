import path from 'node:path';
import { z } from 'zod';
import { Emitter, type Event } from '../base/emitter.ts';
import { JsonFile } from '../base/jsonFile.ts';
import { loadTelling } from '../base/jsonFileTelling.ts';
import { KeyedQueue } from '../base/keyedQueue.ts';
import type { Logger } from '../base/logger.ts';
import { defaultSettings, type Settings, type SettingsPatch, settings } from '../contract/index.ts';
import type { NoticesService } from '../notices/index.ts';

const document = z.strictObject({ version: z.literal(1), settings });

/** What the user prefers, kept in `<dir>/settings.json`. */
export class SettingsService {
  readonly #file: JsonFile<z.infer<typeof document>>;
  readonly #notices: NoticesService;
  readonly #logger: Logger;
  readonly #queue = new KeyedQueue<'settings'>();
  readonly #changed = new Emitter<Settings>();
  readonly onDidChange: Event<Settings> = this.#changed.event;
  #settings: Settings = defaultSettings;

  constructor(deps: { dir: string; notices: NoticesService; logger: Logger }) {
    this.#file = new JsonFile({ path: path.join(deps.dir, 'settings.json'), schema: document, version: 1 });
    this.#notices = deps.notices;
    this.#logger = deps.logger;
  }

  /** Reads the file; never rejects. A damaged one is set aside, told in a notice, and the defaults hold. */
  async start(): Promise<void> {
    const kept = await loadTelling(this.#file, {
      what: 'The settings',
      topic: 'settings-file',
      notices: this.#notices,
      logger: this.#logger,
    });
    if (kept) this.#settings = kept.settings;
  }

  get(): Settings {
    return this.#settings;
  }

  /** Changes what the patch names, once it is on the disk. Rejects with LabError, and then nothing changed. */
  update(patch: SettingsPatch): Promise<Settings> {
    return this.#queue.run('settings', async () => {
      const given = Object.fromEntries(Object.entries(patch).filter(([, value]) => value !== undefined));
      const next: Settings = { ...this.#settings, ...given };
      await this.#file.write({ version: 1, settings: next });
      this.#settings = next;
      this.#changed.fire(next);
      return next;
    });
  }
}
