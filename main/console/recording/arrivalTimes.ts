import type { IndexRecord } from './indexCodec.ts';
import type { Recorder } from './recorder.ts';

/** Passing over more records than this costs more than looking up the place anew. */
const passOverAtMost = 20_000;

/** When bytes were printed, for offsets that are asked in ascending order: one pass over the index for many of them. */
export class ArrivalTimes {
  readonly #recorder: Recorder;
  #records: AsyncIterator<IndexRecord> | null = null;
  #next: IndexRecord | null = null;
  #timeMs = 0;

  constructor(recorder: Recorder) {
    this.#recorder = recorder;
  }

  /** Milliseconds since the epoch by the host clock; 0 when the recording does not tell. */
  async at(offset: number): Promise<number> {
    this.#records ??= await this.#start(offset);
    let passed = 0;
    while (this.#next && this.#next.offset <= offset) {
      if (this.#next.kind === 'rx') this.#timeMs = this.#next.timeMs;
      passed += 1;
      // Once: all that is left then may be of this one offset.
      if (passed === passOverAtMost) this.#records = await this.#start(offset);
      else this.#next = await take(this.#records);
    }
    return this.#timeMs;
  }

  async #start(offset: number): Promise<AsyncIterator<IndexRecord>> {
    const { endOffset } = this.#recorder;
    const records = this.#recorder.readRecords(offset, endOffset)[Symbol.asyncIterator]();
    this.#next = await take(records);
    return records;
  }
}

async function take(records: AsyncIterator<IndexRecord>): Promise<IndexRecord | null> {
  const { done, value } = await records.next();
  return done ? null : value;
}
