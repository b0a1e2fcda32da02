import { createStore, type StoreApi } from 'zustand/vanilla';
import type { DataLink } from '../../lib/lab/dataLink.ts';
import { type LabProblem, toProblem } from '../../lib/lab/labProblem.ts';
import { ByteWindow } from './byteWindow.ts';
import type { ReadPart } from './readRange.ts';

export interface HexState {
  /** Grows with every change of the bytes. */
  readonly version: number;
  readonly problem: LabProblem | null;
}

/** 65,536 rows: as much as is worth scrolling through by hand. */
const heldBytes = 1024 * 1024;
const stepBytes = 256 * 1024;

/** The bytes a hex view shows: those around a place of the recording, or the newest as they come. */
export interface HexSource {
  readonly store: StoreApi<HexState>;
  readonly window: ByteWindow;
  /** More of the recording, where there is more. */
  extend(direction: 'earlier' | 'later'): void;
  dispose(): void;
}

abstract class Held {
  readonly store: StoreApi<HexState> = createStore(() => ({ version: 0, problem: null }));
  readonly window = new ByteWindow(heldBytes);

  protected changed(problem: LabProblem | null = null): void {
    this.store.setState(({ version }) => ({ version: version + 1, problem }));
  }
}

/** The newest bytes. What came earlier than a screenful before is loaded when asked for. */
export class LiveHex extends Held implements HexSource {
  readonly #stream: { dispose(): void };
  #frame = 0;

  constructor(data: DataLink, consoleId: string) {
    super();
    this.#stream = data.open(consoleId, {
      started: () => this.changed(),
      data: (bytes, offset, ack) => {
        this.window.append(bytes, offset);
        ack();
        this.#changedSoon();
      },
      skipped: () => {},
      ended: (problem) => this.changed(problem),
    });
  }

  /** The live end pushes out what is earlier: to read further back there is the recording. */
  extend(): void {}

  dispose(): void {
    cancelAnimationFrame(this.#frame);
    this.#stream.dispose();
  }

  #changedSoon(): void {
    if (this.#frame !== 0) return;
    this.#frame = requestAnimationFrame(() => {
      this.#frame = 0;
      this.changed();
    });
  }
}

/** Around a place of the recording, further at each end as one scrolls. */
export class RecordedHex extends Held implements HexSource {
  readonly #read: ReadPart;
  readonly #kept: () => { readonly from: number; readonly to: number };
  readonly #stopped = new AbortController();
  #loading = false;

  constructor(read: ReadPart, kept: () => { readonly from: number; readonly to: number }, offset: number) {
    super();
    this.#read = read;
    this.#kept = kept;
    void this.#load(offset - stepBytes / 2, offset + stepBytes / 2);
  }

  extend(direction: 'earlier' | 'later'): void {
    const { from, to } = this.window;
    const kept = this.#kept();
    if (direction === 'earlier' && from > kept.from) void this.#load(from - stepBytes, from);
    if (direction === 'later' && to < kept.to) void this.#load(to, to + stepBytes);
  }

  dispose(): void {
    this.#stopped.abort();
  }

  async #load(from: number, to: number): Promise<void> {
    if (this.#loading) return;
    this.#loading = true;
    const kept = this.#kept();
    const { signal } = this.#stopped;
    try {
      const part = await this.#read(Math.max(kept.from, from), Math.min(kept.to, to), signal);
      if (signal.aborted) return;
      if (part.fromOffset + part.bytes.length === this.window.from) this.window.prepend(part.bytes);
      else this.window.append(part.bytes, part.fromOffset);
      this.changed();
    } catch (error) {
      if (!signal.aborted) this.changed(toProblem(error));
    } finally {
      this.#loading = false;
    }
  }
}
