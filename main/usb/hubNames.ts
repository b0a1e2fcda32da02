import path from 'node:path';
import { z } from 'zod';
import { JsonFile } from '../base/jsonFile.ts';
import { loadTelling } from '../base/jsonFileTelling.ts';
import type { Logger } from '../base/logger.ts';
import { usbIdentity } from '../contract/index.ts';
import type { NoticesService } from '../notices/index.ts';
import type { SysfsDevice } from './sysfsUsb.ts';

/** A name belongs to a hub in its socket: another hub there is not called by it. */
const named = z.strictObject({
  hubId: z.string(),
  name: z.string().min(1).max(40),
  ...usbIdentity.shape,
});
const document = z.strictObject({ version: z.literal(1), hubs: z.array(named) });

/** What the user calls the hubs, kept in `<dir>/usb-hubs.json`. */
export class HubNames {
  readonly #file: JsonFile<z.infer<typeof document>>;
  readonly #logger: Logger;
  readonly #notices: NoticesService;
  #named: readonly z.infer<typeof named>[] = [];

  constructor(deps: { dir: string; logger: Logger; notices: NoticesService }) {
    this.#file = new JsonFile({ path: path.join(deps.dir, 'usb-hubs.json'), schema: document, version: 1 });
    this.#logger = deps.logger;
    this.#notices = deps.notices;
  }

  /** Reads the file; never rejects. */
  async load(): Promise<void> {
    const kept = await loadTelling(this.#file, {
      what: 'The names of USB hubs',
      topic: 'usb-hubs-file',
      notices: this.#notices,
      logger: this.#logger,
    });
    if (kept) this.#named = kept.hubs;
  }

  /** `hub` is who is in the socket now; null: nobody, so the last one there is meant. */
  get(hubId: string, hub: SysfsDevice | null): string | null {
    const found = this.#named.find((one) => one.hubId === hubId);
    return found && (hub === null || isSame(found, hub)) ? found.name : null;
  }

  /** null forgets the name. Rejects with LabError, as JsonFile's write; then nothing changed. */
  async set(hubId: string, hub: SysfsDevice, name: string | null): Promise<void> {
    const { vendorId, productId, serialNumber } = hub;
    const others = this.#named.filter((one) => one.hubId !== hubId);
    const hubs = name === null ? others : [...others, { hubId, name, vendorId, productId, serialNumber }];
    await this.#file.write({ version: 1, hubs });
    this.#named = hubs;
  }
}

function isSame(a: z.infer<typeof usbIdentity>, b: z.infer<typeof usbIdentity>): boolean {
  return a.vendorId === b.vendorId && a.productId === b.productId && a.serialNumber === b.serialNumber;
}
