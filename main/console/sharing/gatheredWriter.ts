import type { Writable } from 'node:stream';
import type { Disposable } from '../../base/disposable.ts';

/** Who watches and does not type is told of a steady stream this often: each write is a wake-up at both ends. */
const gatherMs = 50;
/** ... or once so many bytes wait. */
const gatherBytes = 64 * 1024;
/** Who has typed within this time is waiting for the answer, and gets every byte at once. */
const conversationMs = 2_000;

/**
 * Writes to a socket, gathering the small pieces of a steady stream into one write. The first piece after a pause
 * goes at once.
 */
export class GatheredWriter implements Disposable {
  readonly #socket: Writable;
  #typedAtMs = Number.NEGATIVE_INFINITY;
  #writtenAtMs = Number.NEGATIVE_INFINITY;
  #gathered = 0;
  #timer: NodeJS.Timeout | null = null;

  constructor(socket: Writable) {
    this.#socket = socket;
  }

  /** `onTaken`: the kernel has it, or the connection is over. */
  write(bytes: Uint8Array, onTaken: () => void): void {
    const nowMs = performance.now();
    const isWatching = nowMs > this.#typedAtMs + conversationMs;
    if (!this.#timer && isWatching && nowMs < this.#writtenAtMs + gatherMs)
      this.#gather(this.#writtenAtMs + gatherMs - nowMs);
    this.#socket.write(bytes, onTaken);
    if (!this.#timer) this.#writtenAtMs = nowMs;
    else {
      this.#gathered += bytes.length;
      if (this.#gathered >= gatherBytes) this.#release();
    }
  }

  /** The client sent something. */
  noteTyping(): void {
    this.#typedAtMs = performance.now();
    this.#release();
  }

  dispose(): void {
    this.#release();
  }

  #gather(forMs: number): void {
    this.#timer = setTimeout(() => this.#release(), forMs);
    this.#gathered = 0;
    this.#socket.cork();
  }

  #release(): void {
    if (!this.#timer) return;
    clearTimeout(this.#timer);
    this.#timer = null;
    this.#writtenAtMs = performance.now();
    this.#socket.uncork();
  }
}
