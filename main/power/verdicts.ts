import path from 'node:path';
import { z } from 'zod';
import { JsonFile } from '../base/jsonFile.ts';
import { loadTelling } from '../base/jsonFileTelling.ts';
import type { Logger } from '../base/logger.ts';
import {
  type Board,
  type BoardId,
  type PowerVerdict,
  powerVerdict,
  type UsbIdentity,
  usbIdentity,
} from '../contract/index.ts';
import type { NoticesService } from '../notices/index.ts';
import { sameIdentity } from '../ports/index.ts';

const document = z.strictObject({
  version: z.literal(1),
  /** By board key. */
  verdicts: z.record(
    z.string(),
    z.strictObject({
      outlet: z.string(),
      /** Whose socket it was; null where nobody knew, or it is no socket. */
      hub: usbIdentity.nullable().default(null),
      verdict: powerVerdict,
    }),
  ),
});

/** Which outlet a verdict is on: as it is bound, and of a socket the hub that is there now, where it is known. */
export interface OutletMark {
  readonly outlet: string;
  readonly hub: UsbIdentity | null;
}

/** Names an outlet by its binding: any other words may mean another outlet, whose verdict is not this one's. */
export function outletNameOf({ virtual, power }: Pick<Board, 'virtual' | 'power'>): string {
  if (power === null) return `virtual ${virtual}`;
  if (!('match' in power) || !('occupant' in power.match)) return JSON.stringify(power);
  // Who sits in the socket is learned later, by whoever sees it first: it is the same outlet all the same.
  const { occupant: _, ...match } = power.match;
  return JSON.stringify({ ...power, match });
}

/** What the power-truth test found, by board and outlet, in `<dir>/power-verdicts.json`. */
export class Verdicts {
  readonly #file: JsonFile<z.infer<typeof document>>;
  readonly #logger: Logger;
  readonly #notices: NoticesService | null;
  #verdicts: z.infer<typeof document>['verdicts'] = {};

  constructor(deps: { dir: string; logger: Logger; notices: NoticesService | null }) {
    this.#file = new JsonFile({
      path: path.join(deps.dir, 'power-verdicts.json'),
      schema: document,
      version: 1,
    });
    this.#logger = deps.logger;
    this.#notices = deps.notices;
  }

  /** Reads the file; never rejects. */
  async load(): Promise<void> {
    const kept = await loadTelling(this.#file, {
      what: 'The verdicts on power outlets',
      topic: 'power-verdicts-file',
      notices: this.#notices,
      logger: this.#logger,
    });
    this.#verdicts = kept?.verdicts ?? {};
  }

  /** null where this outlet of this board was never tested, or another hub is there now than when it was. */
  get(boardKey: string, { outlet, hub }: OutletMark): PowerVerdict | null {
    const kept = this.#verdicts[boardKey];
    if (kept?.outlet !== outlet) return null;
    return kept.hub === null || hub === null || sameIdentity(kept.hub, hub) ? kept.verdict : null;
  }

  /** Counts at once. Rejects with LabError when it could not be kept on disk (DISK_FULL ...). */
  async set(boardKey: string, { outlet, hub }: OutletMark, verdict: PowerVerdict): Promise<void> {
    this.#verdicts = { ...this.#verdicts, [boardKey]: { outlet, hub, verdict } };
    await this.#save();
  }

  /** Harmless where there is none. Rejects as `set` does. */
  async forget(boardKey: string): Promise<void> {
    if (!(boardKey in this.#verdicts)) return;
    const { [boardKey]: _, ...rest } = this.#verdicts;
    this.#verdicts = rest;
    await this.#save();
  }

  /** A board goes by another name now: verdicts name boards. Harmless where none does. */
  async rename(before: BoardId, after: BoardId): Promise<void> {
    const moved = Object.entries(this.#verdicts).map(([key, kept]) => {
      const others = kept.verdict.others.map((boardId) => (boardId === before ? after : boardId));
      return [key, { ...kept, verdict: { ...kept.verdict, others } }];
    });
    const isNamed = Object.values(this.#verdicts).some(({ verdict }) => verdict.others.includes(before));
    if (!isNamed) return;
    this.#verdicts = Object.fromEntries(moved);
    await this.#save();
  }

  #save(): Promise<void> {
    return this.#file.write({ version: 1, verdicts: this.#verdicts });
  }
}
