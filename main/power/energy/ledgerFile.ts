import { mkdir, open, readFile, rename, stat, unlink } from 'node:fs/promises';
import path from 'node:path';
import { errnoOf } from '../../base/errno.ts';
import type { Logger } from '../../base/logger.ts';
import { decodeRecords, encodeRecords, type LedgerRecord, recordBytes } from './ledgerCodec.ts';
import { mergeSpans, toRecords, toSpans } from './spans.ts';

const minuteMs = 60_000;
const dayMs = 24 * 60 * minuteMs;
export const keptDays = 400;
/** What is older is told less finely: so much of it is one record. */
const tiers = [
  { olderThanMs: 60 * dayMs, bucketMs: 60 * minuteMs },
  { olderThanMs: 8 * dayMs, bucketMs: 15 * minuteMs },
] as const;
/** Two days of a metered board. */
const compactEvery = 3000;
/** A disk that refuses for longer than a week costs the oldest. */
const mostWaiting = 10_000;

/**
 * One board's records on disk, only ever added to at the end, and now and then written anew without what is old. What
 * the disk refuses is kept and written later; a record torn by a crash is overwritten by the next.
 */
export class LedgerFile {
  readonly #path: string;
  readonly #logger: Logger;
  readonly #onSaved: (saved: boolean) => void;
  #waiting: LedgerRecord[] = [];
  #size = 0;
  #compactAt = compactEvery;
  #work: Promise<void> = Promise.resolve();
  #failed = false;

  /** `onSaved` hears when the disk refuses, and when it takes what waited. */
  constructor(file: string, deps: { logger: Logger; onSaved: (saved: boolean) => void }) {
    this.#path = file;
    this.#logger = deps.logger;
    this.#onSaved = deps.onSaved;
  }

  /** Never rejects. Answers the last record there is. */
  async open(): Promise<LedgerRecord | null> {
    const bytes = await this.#read();
    this.#size = bytes.length - (bytes.length % recordBytes);
    return decodeRecords(bytes).findLast((record) => record !== null) ?? null;
  }

  /** Adds it; never waits, never fails. */
  append(record: LedgerRecord): void {
    this.#waiting.push(record);
    if (this.#waiting.length > mostWaiting) this.#giveUpOldest();
    this.flush();
  }

  /** Tries again what the disk refused. */
  flush(): void {
    this.#work = this.#work.then(() => this.#write());
  }

  /** All there is, oldest first, null where one is damaged. Never rejects. */
  async records(): Promise<(LedgerRecord | null)[]> {
    await this.#work;
    return [...decodeRecords((await this.#read()).subarray(0, this.#size)), ...this.#waiting];
  }

  /** Resolves once all is written, or the disk has refused it. */
  settled(): Promise<void> {
    return this.#work;
  }

  /** Makes what is old coarse, and lets go of what is older than 400 days. */
  compact(nowMs: number): void {
    this.#work = this.#work.then(async () => {
      if (this.#size / recordBytes < this.#compactAt || this.#waiting.length > 0) return;
      await this.#compact(nowMs).catch((error: unknown) => {
        this.#logger.warn('an energy ledger stays as long as it is', { error });
      });
      this.#compactAt = this.#size / recordBytes + compactEvery;
    });
  }

  async #write(): Promise<void> {
    // A copy: what is added while these are written must not be taken for written.
    const records = [...this.#waiting];
    if (records.length === 0) return;
    try {
      await mkdir(path.dirname(this.#path), { recursive: true, mode: 0o700 });
      const handle = await open(this.#path, await this.#flags(), 0o600);
      try {
        const bytes = encodeRecords(records);
        for (let done = 0; done < bytes.length; )
          // At its place: what a full disk took half of is overwritten by the next try.
          done += (await handle.write(bytes, done, bytes.length - done, this.#size + done)).bytesWritten;
        this.#size += bytes.length;
      } finally {
        await handle.close();
      }
    } catch (error) {
      if (!this.#failed) this.#logger.warn('an energy ledger cannot be written', { error });
      this.#failed = true;
      this.#onSaved(false);
      return;
    }
    this.#waiting = this.#waiting.slice(records.length);
    if (this.#failed) this.#onSaved(true);
    this.#failed = false;
  }

  /** A file that somebody removed begins anew. */
  async #flags(): Promise<'r+' | 'w'> {
    const exists = await stat(this.#path).then(
      () => true,
      (error: unknown) => errnoOf(error) !== 'ENOENT',
    );
    if (!exists) this.#size = 0;
    return exists ? 'r+' : 'w';
  }

  async #read(): Promise<Buffer> {
    return readFile(this.#path).catch((error: unknown) => {
      if (errnoOf(error) !== 'ENOENT') this.#logger.warn('an energy ledger cannot be read', { error });
      return Buffer.alloc(0);
    });
  }

  async #compact(nowMs: number): Promise<void> {
    const records = decodeRecords((await this.#read()).subarray(0, this.#size));
    const last = records.at(-1);
    if (!last) return;
    const kept = toSpans(records).filter((span) => span.toMs > nowMs - keptDays * dayMs);
    const bucketOf = (atMs: number) =>
      tiers.find(({ olderThanMs }) => atMs < nowMs - olderThanMs)?.bucketMs ?? 0;
    const bytes = encodeRecords(
      toRecords(
        mergeSpans(kept, (span) => bucketOf(span.toMs)),
        last,
      ),
    );
    const beside = `${this.#path}.tmp`;
    try {
      const handle = await open(beside, 'w', 0o600);
      try {
        await handle.writeFile(bytes);
        await handle.sync();
      } finally {
        await handle.close();
      }
      await rename(beside, this.#path);
    } catch (error) {
      await unlink(beside).catch(() => {});
      throw error;
    }
    this.#size = bytes.length;
  }

  /** Their time is not known afterwards: an end keeps it from being taken for what was before. */
  #giveUpOldest(): void {
    const [first, ...rest] = this.#waiting.slice(this.#waiting.length - mostWaiting / 2);
    const [oldest] = this.#waiting;
    if (!first || !oldest) return;
    this.#waiting = [{ ...oldest, state: 'end', idle: false }, { ...first, watts: null }, ...rest];
  }
}
