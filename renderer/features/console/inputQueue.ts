import type { LabProblem } from '../../lib/lab/labProblem.ts';
import { toProblem } from '../../lib/lab/labProblem.ts';

/** As much as the core takes in one go. */
export const inputBatchBytes = 64 * 1024;
/** More than this is a file transfer, not a paste: refused instead of queued for minutes. */
export const maxWaitingBytes = 1024 * 1024;

const tooMuch: LabProblem = {
  code: 'TOO_LARGE',
  message: 'That is more than one paste can carry',
  hint: 'Send files with a transfer protocol such as ymodem instead.',
  field: null,
};

/**
 * Types to one console, in order: one call is under way, what is typed meanwhile goes with the next.
 * When a call fails, what waited behind it is dropped and said so: it must not surprise the board later.
 */
export class InputQueue {
  readonly #send: (bytes: Uint8Array) => Promise<void>;
  readonly #onResult: (problem: LabProblem | null) => void;
  #waiting: Uint8Array[] = [];
  #waitingBytes = 0;
  #sending = false;

  /** `onResult` hears null when bytes arrived, and the problem when they did not. */
  constructor(send: (bytes: Uint8Array) => Promise<void>, onResult: (problem: LabProblem | null) => void) {
    this.#send = send;
    this.#onResult = onResult;
  }

  type(bytes: Uint8Array): void {
    if (bytes.length === 0) return;
    if (this.#waitingBytes + bytes.length > maxWaitingBytes) {
      this.#onResult(tooMuch);
      return;
    }
    this.#waiting.push(bytes);
    this.#waitingBytes += bytes.length;
    if (!this.#sending) void this.#drain();
  }

  async #drain(): Promise<void> {
    this.#sending = true;
    while (this.#waitingBytes > 0) {
      try {
        await this.#send(this.#nextBatch());
        this.#onResult(null);
      } catch (error) {
        this.#waiting = [];
        this.#waitingBytes = 0;
        this.#onResult(toProblem(error));
      }
    }
    this.#sending = false;
  }

  #nextBatch(): Uint8Array {
    const all = new Uint8Array(this.#waitingBytes);
    let at = 0;
    for (const part of this.#waiting) {
      all.set(part, at);
      at += part.length;
    }
    const batch = all.subarray(0, inputBatchBytes);
    const rest = all.subarray(batch.length);
    this.#waiting = rest.length > 0 ? [rest] : [];
    this.#waitingBytes = rest.length;
    return batch;
  }
}

const chunkBytes = 8192;

/** btoa takes one character per byte, and `fromCharCode` only so many at once. */
export function toBase64(bytes: Uint8Array): string {
  let binary = '';
  for (let at = 0; at < bytes.length; at += chunkBytes) {
    binary += String.fromCharCode(...bytes.subarray(at, at + chunkBytes));
  }
  return btoa(binary);
}
