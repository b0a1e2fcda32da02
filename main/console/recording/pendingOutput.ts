import { Emitter } from '../../base/emitter.ts';
import { Backlog } from './backlog.ts';
import { ByteRing } from './byteRing.ts';

/** Kept in memory while the disk refuses; beyond it the oldest are given up. */
const maxPendingBytes = 4 * 1024 * 1024;
const maxPendingRecords = 20_000;
const ringBytes = 256 * 1024;

/** What was given up since the last gap was marked: payload of a `gap` record. */
export interface Gap {
  readonly bytes: number;
  readonly records?: number;
}

/** What memory has of a recording: its newest bytes for readers, and all that the disk does not have yet. */
export class PendingOutput {
  readonly backlog = new Backlog();
  readonly #rebased = new Emitter<{ fromOffset: number; bytes: number }>();
  #ring = new ByteRing(ringBytes, 0);
  #writtenOffset = 0;
  #lostBytes = 0;
  #gapBytes = 0;
  #gapRecords = 0;
  /** Offsets after `fromOffset`, not yet on disk, moved by `bytes`. */
  readonly onDidRebase = this.#rebased.event;

  /** The newest bytes, at least those not yet on disk; another one after offsets moved. */
  get ring(): ByteRing {
    return this.#ring;
  }

  /** Where what the disk does not have begins. */
  get writtenOffset(): number {
    return this.#writtenOffset;
  }

  /** How many bytes were given up in all. */
  get lostBytes(): number {
    return this.#lostBytes;
  }

  /** What the disk does not have yet stays in memory, so that a viewer always finds every byte. */
  push(bytes: Uint8Array): void {
    this.#ring.push(bytes, this.#writtenOffset);
    this.backlog.pushBytes(bytes);
  }

  /** Of the bytes taken from the backlog the disk took all up to `endOffset`, and not `rest`. */
  written(endOffset: number, rest: readonly Uint8Array[]): void {
    this.#writtenOffset = endOffset;
    this.backlog.giveBack(rest);
  }

  /** The files turn out to end at `writtenOffset`: what waits goes there. */
  moveTo(writtenOffset: number): void {
    this.#rebase(writtenOffset, writtenOffset - this.#writtenOffset);
  }

  /**
   * Gives up the oldest of what is too much; the place of bytes in the recording is taken by what came after.
   * Answers whether bytes were given up.
   */
  giveUpOldest(): boolean {
    const tooMuch = this.backlog.bytes > maxPendingBytes;
    if (tooMuch) this.#giveUpBytes();
    this.#gapRecords += this.backlog.giveUpRecords(maxPendingRecords, maxPendingBytes);
    return tooMuch;
  }

  /** What to mark as a gap now, once; null: nothing was given up. */
  takeGap(): Gap | null {
    const [bytes, records] = [this.#gapBytes, this.#gapRecords];
    this.#gapBytes = 0;
    this.#gapRecords = 0;
    if (records > 0) return { bytes, records };
    return bytes > 0 ? { bytes } : null;
  }

  #giveUpBytes(): void {
    // A quarter at once: dropping a little at every chunk would copy the list each time.
    const drop = this.backlog.bytes - (maxPendingBytes * 3) / 4;
    this.backlog.dropOldest(drop);
    this.#lostBytes += drop;
    this.#gapBytes += drop;
    // Offsets count what is recorded: from here on they count from what will really be written.
    this.#rebase(this.#writtenOffset, -drop);
  }

  /** What waits begins at `writtenOffset` of the recording; its offsets were to be `by` bytes other. */
  #rebase(writtenOffset: number, by: number): void {
    const fromOffset = this.#writtenOffset;
    this.#writtenOffset = writtenOffset;
    this.#ring = new ByteRing(ringBytes, writtenOffset);
    for (const chunk of this.backlog.chunks) this.#ring.push(chunk, writtenOffset);
    if (by === 0) return;
    this.backlog.moveRecords(by, writtenOffset);
    this.#rebased.fire({ fromOffset, bytes: by });
  }
}
