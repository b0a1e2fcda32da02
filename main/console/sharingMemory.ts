import { join } from 'node:path';
import { z } from 'zod';
import { JsonFile } from '../base/jsonFile.ts';
import { loadTelling } from '../base/jsonFileTelling.ts';
import type { Logger } from '../base/logger.ts';
import { type Sharing, type SharingState, sharing } from '../contract/index.ts';
import type { NoticesService } from '../notices/index.ts';

const document = z.strictObject({
  version: z.literal(1),
  /** By `<board key>/<console>`: a rename of the board keeps its doors, a new board never inherits them. */
  consoles: z.record(z.string(), sharing),
});

/**
 * Of what was wished the doors that are open now, with their real ports: those are what people write into their
 * scripts. A door that could not move stays as it was kept.
 */
export function toKeep(wish: Sharing, state: SharingState, before: Sharing | null): Sharing {
  const network = (kind: 'telnet' | 'tcp') => {
    const wanted = wish[kind];
    const open = state[kind];
    if (!wanted || !open) return null;
    const isThere = open.address === wanted.address && (wanted.port === 0 || open.port === wanted.port);
    return isThere ? { ...wanted, port: open.port } : (before?.[kind] ?? null);
  };
  return { unix: state.unix && wish.unix, telnet: network('telnet'), tcp: network('tcp') };
}

/** How each console is shared, with its ports, across restarts: `<dir>/sharing.json`, for this user alone (0600). */
export class SharingMemory {
  readonly #file: JsonFile<z.infer<typeof document>>;
  readonly #notices: Pick<NoticesService, 'post'>;
  readonly #logger: Logger;
  #consoles: Readonly<Record<string, Sharing>> = {};

  constructor(deps: { dir: string; notices: Pick<NoticesService, 'post'>; logger: Logger }) {
    this.#file = new JsonFile({ path: join(deps.dir, 'sharing.json'), schema: document, version: 1 });
    this.#notices = deps.notices;
    this.#logger = deps.logger;
  }

  /** Never rejects: a file that can't be used is kept, a notice says so, and every door stays closed. */
  async load(): Promise<void> {
    const kept = await loadTelling(this.#file, {
      what: 'How consoles are shared',
      topic: 'sharing-file',
      notices: this.#notices,
      logger: this.#logger,
    });
    if (kept) this.#consoles = kept.consoles;
  }

  get(key: string): Sharing | null {
    return this.#consoles[key] ?? null;
  }

  /** Rejects with LabError DISK_FULL and the like; then the old file still stands. */
  async set(key: string, value: Sharing): Promise<void> {
    const { [key]: _, ...others } = this.#consoles;
    const isClosed = !value.unix && !value.telnet && !value.tcp;
    this.#consoles = isClosed ? others : { ...others, [key]: value };
    await this.#file.write({ version: 1, consoles: this.#consoles });
  }
}
