import type { IndexRecord } from '../recording/indexCodec.ts';
import { LineScanner } from '../scan/lineScanner.ts';
import type { BootMachine, Moment } from './bootMachine.ts';
import { KnownFrom } from './knownFrom.ts';

/** What boots are read from: a console's recording. */
export interface BootRecording {
  /** Where what is still kept begins. */
  readonly startOffset: number;
  readonly endOffset: number;
  /** Up to `maxBytes` from `offset`; empty at the end. */
  read(offset: number, maxBytes: number): Promise<Uint8Array>;
  /** Records about bytes `from` to `to`, both included, ascending, and the arrival of the byte at `from`. */
  readRecords(from: number, to: number, signal?: AbortSignal): AsyncIterable<IndexRecord>;
}

export interface ReplayStart {
  readonly offset: number;
  /** When `offset` was reached, by the host clock: what was recorded there up to then is known. */
  readonly knownAtMs: number;
  /** By how much the host clock was set before `offset`. */
  readonly steppedMs: number;
  /** Power commands recorded from then on are counted in `powers`. */
  readonly countFromMs: number;
}

const blockBytes = 256 * 1024;

/**
 * Feeds a recording to the machine, with the times of its index, as far as it is asked to and in as many rounds: a
 * line may begin in one and end in the next. Memory stays flat.
 */
export class BootReplay {
  readonly #recording: BootRecording;
  readonly #machine: BootMachine;
  readonly #start: ReplayStart;
  readonly #signal: AbortSignal;
  readonly #scanner: LineScanner;
  // A recording without an index still has its lines.
  readonly #times = new KnownFrom<Moment>({ atMs: 0, steadyMs: 0 });
  #arrivedAt = -1;
  #at: number;
  /** How many records the last round saw at its end: the next one begins with them. */
  #seenAtEnd: number | null = null;
  #steppedMs: number;
  #powers = 0;

  constructor(recording: BootRecording, machine: BootMachine, start: ReplayStart, signal: AbortSignal) {
    this.#recording = recording;
    this.#machine = machine;
    this.#start = start;
    this.#signal = signal;
    this.#at = start.offset;
    this.#steppedMs = start.steppedMs;
    this.#scanner = new LineScanner(machine.gate, (line) => machine.line(line, this.#times.at(line.offset)));
  }

  /** How far the recording was read. */
  get offset(): number {
    return this.#at;
  }

  /** Where the line that has no end yet began: all before it was fed. */
  get lineOffset(): number {
    return this.#at === this.#start.offset ? this.#at : this.#scanner.lineOffset;
  }

  /** By how much the host clock was set before `offset`. */
  get steppedMs(): number {
    return this.#steppedMs;
  }

  /** How many of the power commands that were fed were recorded after `countFromMs`. */
  get powers(): number {
    return this.#powers;
  }

  /** Reads on up to the byte at `to`. Rejects with the disk's error or the signal's reason. */
  async readTo(to: number): Promise<void> {
    const from = this.#at;
    let seenAtFrom = 0;
    let seenAtEnd = 0;
    for await (const record of this.#recording.readRecords(from, to, this.#signal)) {
      if (record.offset === to) seenAtEnd += 1;
      if (record.offset === from) seenAtFrom += 1;
      const again = this.#seenAtEnd !== null && record.offset <= from && seenAtFrom <= this.#seenAtEnd;
      if (!again) await this.#take(record);
    }
    await this.#feedTo(to);
    this.#at = to;
    this.#seenAtEnd = seenAtEnd;
  }

  async #take(record: IndexRecord): Promise<void> {
    const { kind, offset, timeMs, payload } = record;
    if (kind === 'rx') {
      if (offset - this.#at >= blockBytes) await this.#feedTo(offset);
      if (offset >= this.#arrivedAt) this.#times.add(offset, this.#moment(timeMs));
      this.#arrivedAt = Math.max(offset, this.#arrivedAt);
      return;
    }
    const known = offset <= this.#start.offset && timeMs <= this.#start.knownAtMs;
    if (kind === 'clock' && !known && typeof payload?.stepMs === 'number') this.#steppedMs += payload.stepMs;
    if (kind !== 'power' && kind !== 'tx') return;
    await this.#feedTo(offset);
    if (kind === 'tx') this.#machine.typed(this.#moment(timeMs));
    else if (!known) this.#power(payload?.state === 'on', offset, timeMs);
  }

  #power(on: boolean, offset: number, timeMs: number): void {
    this.#scanner.flush();
    this.#machine.power(on, offset, this.#moment(timeMs));
    if (timeMs >= this.#start.countFromMs) this.#powers += 1;
  }

  #moment(timeMs: number): Moment {
    return { atMs: timeMs, steadyMs: timeMs - this.#steppedMs };
  }

  async #feedTo(end: number): Promise<void> {
    while (this.#at < end) {
      this.#signal.throwIfAborted();
      const bytes = await this.#recording.read(this.#at, Math.min(end - this.#at, blockBytes));
      if (bytes.length === 0) return;
      this.#scanner.push(bytes, this.#at);
      this.#at += bytes.length;
      this.#times.forgetBefore(this.#scanner.lineOffset);
    }
  }
}
