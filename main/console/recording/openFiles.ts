import { type FileHandle, open } from 'node:fs/promises';

interface Held {
  readonly file: Promise<FileHandle>;
  users: number;
  evicted: boolean;
}

/**
 * Files open for reading, the most recently used ones kept. A file that is removed meanwhile stays readable to
 * whoever is at it, and is let go of afterwards.
 */
export class OpenFiles {
  readonly #atMost: number;
  /** In the order of their last use. */
  readonly #held = new Map<string, Held>();

  constructor(atMost: number) {
    this.#atMost = atMost;
  }

  /** Rejects with the disk's error, ENOENT among them, or with that of `use`. */
  async read<T>(path: string, use: (file: FileHandle) => Promise<T>): Promise<T> {
    const held = this.#held.get(path) ?? { file: open(path, 'r'), users: 0, evicted: false };
    this.#held.delete(path);
    this.#held.set(path, held);
    held.users++;
    try {
      this.#evictOldest();
      return await use(await held.file);
    } catch (error) {
      // One that could not be opened must not stay in the way of the next try.
      this.evict(path);
      throw error;
    } finally {
      held.users--;
      if (held.evicted) closeUnused(held);
    }
  }

  evict(path: string): void {
    const held = this.#held.get(path);
    if (!held) return;
    this.#held.delete(path);
    held.evicted = true;
    closeUnused(held);
  }

  close(): void {
    for (const path of [...this.#held.keys()]) this.evict(path);
  }

  #evictOldest(): void {
    for (const path of this.#held.keys()) {
      if (this.#held.size <= this.#atMost) return;
      this.evict(path);
    }
  }
}

function closeUnused(held: Held): void {
  // A file that was only read has nothing to lose in its closing.
  if (held.users === 0)
    held.file.then(
      (file) => file.close().catch(() => {}),
      () => {},
    );
}
