import { appendFile, readFile, rename, writeFile } from 'node:fs/promises';
import { z } from 'zod';
import { errnoOf } from '../../base/errno.ts';
import type { Logger } from '../../base/logger.ts';
import { type Boot, boot as bootSchema } from '../../contract/boots.ts';
import { type BootMachineState, emptyBootState } from './bootMachine.ts';
import { Turns } from './turns.ts';

/** More boots are forgotten, oldest first: a board that restarts in a loop makes thousands a day. */
export const maxBoots = 2_000;
/** After so many lines or characters more the file is written anew: to read a long one takes time at every start. */
const compactAfterLines = 2_000;
const compactAfterChars = 1024 * 1024;

/** What was known once everything before `scannedTo` had been read. One line of the file. */
const entry = z.strictObject({
  scannedTo: z.int().min(0),
  /** Host clock, and how much of it is steps it made since the recording began. */
  atMs: z.number(),
  steppedMs: z.number(),
  boot: bootSchema.nullable(),
  /** Whether that boot is the present one. */
  present: z.boolean(),
  nextBootId: z.int().min(1),
  powered: z.boolean().nullable(),
  seen: z.array(z.string()),
  reached: z.number(),
  stageSinceSteadyMs: z.number(),
});
type Entry = z.infer<typeof entry>;
const someBoot = z.object({ boot: z.object({ bootId: z.int() }) });

export interface Progress {
  readonly scannedTo: number;
  readonly atMs: number;
  readonly steppedMs: number;
  readonly state: BootMachineState;
}

export const noProgress: Progress = { scannedTo: 0, atMs: 0, steppedMs: 0, state: emptyBootState };

/**
 * Boots kept beside their recording, one JSON document a line: the last line of a boot counts. It can all be
 * derived from the recording again, so what is damaged is left out, and what cannot be written is only logged.
 */
export class BootsFile {
  readonly #path: string;
  readonly #logger: Logger;
  /** Added since it was written anew. */
  #lines = 0;
  #chars = 0;
  #writes: Promise<void> = Promise.resolve();
  #failed = false;

  constructor(path: string, logger: Logger) {
    this.#path = path;
    this.#logger = logger;
  }

  /**
   * Boots from the newest progress that is not ahead of the recording (a crash may have cost its last bytes),
   * oldest first; those before `startOffset` are no longer kept. Rejects with the signal's reason.
   */
  async load(
    startOffset: number,
    endOffset: number,
    signal: AbortSignal,
  ): Promise<{ boots: Boot[]; progress: Progress }> {
    const text = await readFile(this.#path, 'utf8').catch((error: unknown) => {
      if (errnoOf(error) !== 'ENOENT') this.#logger.warn('boots are read anew', { error });
      return '';
    });
    const turns = new Turns(signal);
    const boots = new Map<number, Boot>();
    let last: Entry | undefined;
    // From the end: what counts of a boot is its last line that is sound, and only that is looked at closely.
    for (const line of text.split('\n').reverse()) {
      if (boots.size >= maxBoots) break;
      await turns.next();
      const found = parseLine(line, (bootId) => last === undefined || !boots.has(bootId));
      if (!found || found.scannedTo > endOffset) continue;
      last ??= found;
      if (found.boot && !boots.has(found.boot.bootId)) boots.set(found.boot.bootId, found.boot);
    }
    const kept = [...boots.values()]
      .filter((boot) => boot.toOffset === null || boot.toOffset > startOffset)
      .sort((a, b) => a.bootId - b.bootId);
    return { boots: kept, progress: progressOf(last) };
  }

  /** Adds what is new; never waits, never fails. */
  append(boots: readonly Boot[], progress: Progress): void {
    const lines = linesOf(boots, progress);
    const text = lines.map(textOf).join('');
    this.#lines += lines.length;
    this.#chars += text.length;
    this.#write(() => appendFile(this.#path, text, { mode: 0o600 }));
  }

  get isLong(): boolean {
    return this.#lines > compactAfterLines || this.#chars > compactAfterChars;
  }

  /** Replaces the file by one line a boot; never waits, never fails. */
  compact(boots: readonly Boot[], progress: Progress): void {
    const lines = linesOf(boots, progress);
    this.#lines = 0;
    this.#chars = 0;
    this.#write(async () => {
      const beside = `${this.#path}.tmp`;
      await writeFile(beside, await joined(lines), { mode: 0o600 });
      await rename(beside, this.#path);
    });
  }

  /** Resolves once all is written, or has failed to be. */
  flushed(): Promise<void> {
    return this.#writes;
  }

  #write(write: () => Promise<void>): void {
    this.#writes = this.#writes.then(write).then(
      () => {
        this.#failed = false;
      },
      (error: unknown) => {
        if (!this.#failed) this.#logger.warn('boots cannot be written; they will be read anew', { error });
        this.#failed = true;
      },
    );
  }
}

/**
 * Finished boots, each as what was known at its end, then the present state: should a crash have cost the bytes
 * that one is about, the boots before still count, and reading goes on behind them.
 */
function linesOf(boots: readonly Boot[], progress: Progress): Entry[] {
  const { state, ...rest } = progress;
  const { boot: present, ...machine } = state;
  const finished = boots.filter((boot) => boot.toOffset !== null && boot.bootId !== present?.bootId);
  return [
    ...finished.map((boot) => ({
      ...rest,
      ...emptyBootState,
      seen: [],
      scannedTo: boot.toOffset ?? rest.scannedTo,
      atMs: boot.endedAtMs ?? rest.atMs,
      nextBootId: boot.bootId + 1,
      boot,
      present: false,
    })),
    { ...rest, ...machine, seen: [...machine.seen], boot: present, present: present !== null },
  ];
}

async function joined(lines: readonly Entry[]): Promise<string> {
  const turns = new Turns(new AbortController().signal);
  const texts: string[] = [];
  for (const line of lines) {
    await turns.next();
    texts.push(textOf(line));
  }
  return texts.join('');
}

function textOf(line: Entry): string {
  return `${JSON.stringify(line)}\n`;
}

/** null: nothing, not sound, or of no interest. `wanted` says whether a boot is. */
function parseLine(line: string, wanted: (bootId: number) => boolean): Entry | null {
  try {
    const value: unknown = line === '' ? null : JSON.parse(line);
    const known = someBoot.safeParse(value);
    if (known.success && !wanted(known.data.boot.bootId)) return null;
    return entry.safeParse(value).data ?? null;
  } catch {
    // Torn by a crash: the lines before it count.
    return null;
  }
}

function progressOf(line: Entry | undefined): Progress {
  if (!line) return noProgress;
  const { scannedTo, atMs, steppedMs, boot, present, ...machine } = line;
  return { scannedTo, atMs, steppedMs, state: { ...machine, boot: present ? boot : null } };
}
