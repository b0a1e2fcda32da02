import type { IndexRecord } from './indexCodec.ts';

/** What the disk does not have yet: bytes in the order they came, and the records about them. */
export class Backlog {
  #chunks: Uint8Array[] = [];
  #bytes = 0;
  #records: IndexRecord[] = [];
  /** Characters of their payloads, about. */
  #recordChars = 0;

  get bytes(): number {
    return this.#bytes;
  }

  get chunks(): readonly Uint8Array[] {
    return this.#chunks;
  }

  get records(): readonly IndexRecord[] {
    return this.#records;
  }

  get isEmpty(): boolean {
    return this.#bytes === 0 && this.#records.length === 0;
  }

  pushBytes(bytes: Uint8Array): void {
    this.#chunks.push(bytes);
    this.#bytes += bytes.length;
  }

  pushRecord(record: IndexRecord): void {
    this.#records.push(record);
    this.#recordChars += charsOf(record);
  }

  takeBytes(): Uint8Array[] {
    const chunks = this.#chunks;
    this.#chunks = [];
    this.#bytes = 0;
    return chunks;
  }

  /** Puts back in front what was taken and not written. */
  giveBack(chunks: readonly Uint8Array[]): void {
    this.#chunks = [...chunks, ...this.#chunks];
    this.#bytes += chunks.reduce((sum, chunk) => sum + chunk.length, 0);
  }

  dropOldest(bytes: number): void {
    this.#chunks = skipBytes(this.#chunks, bytes);
    this.#bytes -= bytes;
  }

  /** How many records, from the first, speak of bytes before `writtenOffset` alone, or of that very moment. */
  countRecordsUpTo(writtenOffset: number): number {
    const next = this.#records.findIndex(
      ({ kind, offset }) => offset > writtenOffset || (offset === writtenOffset && kind === 'rx'),
    );
    return next < 0 ? this.#records.length : next;
  }

  dropRecords(count: number): void {
    this.#keepRecords(this.#records.slice(count));
  }

  /** Offsets changed by `by`, and nothing begins before `startOffset` any more. */
  moveRecords(by: number, startOffset: number): void {
    const moved = this.#records.map((record) => ({
      ...record,
      offset: Math.max(startOffset, record.offset + by),
    }));
    // Of arrivals that fell together only the last is true.
    const kept = moved.filter(({ kind, offset }, i) => {
      const next = moved[i + 1];
      return kind !== 'rx' || next?.kind !== 'rx' || next.offset !== offset;
    });
    this.#keepRecords(kept);
  }

  /**
   * When there are more records, or more in them, than the limits say, gives up the oldest down to three quarters;
   * arrival times first, which are many and tell the least. Answers how many.
   */
  giveUpRecords(atMost: number, atMostChars: number): number {
    const before = this.#records.length;
    if (before <= atMost && this.#recordChars <= atMostChars) return 0;
    let excess = Math.ceil(before - (atMost * 3) / 4);
    this.#keepRecords(this.#records.filter(({ kind }) => kind !== 'rx' || excess-- <= 0));
    let drop = Math.max(0, Math.ceil(this.#records.length - (atMost * 3) / 4));
    let chars = this.#recordChars;
    this.#records.forEach((record, index) => {
      if (index >= drop && chars > (atMostChars * 3) / 4) drop = index + 1;
      if (index < drop) chars -= charsOf(record);
    });
    this.dropRecords(drop);
    return before - this.#records.length;
  }

  #keepRecords(records: IndexRecord[]): void {
    this.#records = records;
    this.#recordChars = records.reduce((sum, record) => sum + charsOf(record), 0);
  }
}

function charsOf({ payload }: IndexRecord): number {
  if (payload === null) return 0;
  return Object.values(payload).reduce<number>(
    (sum, value) => sum + (typeof value === 'string' ? value.length : 8),
    0,
  );
}

/** What is left of `chunks` behind the first `bytes` bytes. */
export function skipBytes(chunks: readonly Uint8Array[], bytes: number): Uint8Array[] {
  let left = bytes;
  let index = 0;
  for (const chunk of chunks) {
    if (chunk.length > left) break;
    left -= chunk.length;
    index++;
  }
  const rest = chunks.slice(index);
  const first = rest[0];
  if (left > 0 && first) rest[0] = first.subarray(left);
  return rest;
}
