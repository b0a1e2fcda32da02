import { closeSync, openSync, readFileSync, writeSync } from 'node:fs';
import { type FileHandle, open, rm, stat, truncate } from 'node:fs/promises';

/** The log is emptied when this much of it was delivered: it only serves what a crash of the core leaves open. */
export const trimAfterBytes = 1024 * 1024;
/** The most that is recovered after a crash: the newest. */
export const maxMissedBytes = 2 * 1024 * 1024;

/**
 * QEMU's own copy of what the guest printed (chardev `logfile`), and how much of it our listeners got. What is
 * between the two after a crash of the core is what nobody has seen.
 */
export class ConsoleLog {
  readonly path: string;
  readonly #seenPath: string;
  #seen = 0;
  #seenFd: number | null = null;
  #closed = false;

  constructor(path: string, seenPath: string) {
    this.path = path;
    this.#seenPath = seenPath;
  }

  get deliveredBytes(): number {
    return this.#seen;
  }

  /** An empty log for a new life of the board. */
  async reset(): Promise<void> {
    await rm(this.path, { force: true });
    this.#note(0);
  }

  /**
   * Listeners got `bytes` more. Written at once, without fsync: it must outlive this process, which SIGKILL may
   * end at the next instruction. It costs about 5 microseconds per chunk.
   */
  delivered(bytes: number): void {
    this.#note(this.#seen + bytes);
  }

  /** What was printed but never delivered, after a restart of the core. The guest must stand still. */
  async missed(): Promise<Uint8Array> {
    const size = await this.#size();
    const marked = this.#readMark();
    // A mark beyond the end: we were killed between emptying the log and noting it, and nothing was printed.
    const from = marked > size ? 0 : marked;
    const start = Math.max(from, size - maxMissedBytes);
    this.#note(start);
    if (size === start) return new Uint8Array(0);
    const file = await open(this.path, 'r');
    try {
      return await readRange(file, start, size);
    } finally {
      await file.close();
    }
  }

  /** Empties the log if all of it was delivered; says whether. The guest must stand still. QEMU appends. */
  async trim(): Promise<boolean> {
    if ((await this.#size()) !== this.#seen) return false;
    // In this order: see missed().
    await truncate(this.path, 0);
    this.#note(0);
    return true;
  }

  /** For good: nothing is noted after it. */
  close(): void {
    if (this.#seenFd !== null) closeSync(this.#seenFd);
    this.#seenFd = null;
    this.#closed = true;
  }

  async #size(): Promise<number> {
    return await stat(this.path).then(
      (found) => found.size,
      () => 0,
    );
  }

  #readMark(): number {
    try {
      return Number.parseInt(readFileSync(this.#seenPath, 'latin1'), 10) || 0;
    } catch {
      return 0;
    }
  }

  #note(seen: number): void {
    this.#seen = seen;
    if (this.#closed) return;
    try {
      this.#seenFd ??= openSync(this.#seenPath, 'w', 0o600);
      writeSync(this.#seenFd, String(seen).padStart(16, '0'), 0);
    } catch {
      // A full disk: after a crash some output would come twice. Nothing to stop the console for.
    }
  }
}

async function readRange(file: FileHandle, start: number, end: number): Promise<Uint8Array> {
  const bytes = new Uint8Array(end - start);
  let filled = 0;
  while (filled < bytes.length) {
    const { bytesRead } = await file.read(bytes, filled, bytes.length - filled, start + filled);
    if (bytesRead === 0) break;
    filled += bytesRead;
  }
  return bytes.subarray(0, filled);
}
