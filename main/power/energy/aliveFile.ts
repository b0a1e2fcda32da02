import { mkdir, open, readFile } from 'node:fs/promises';
import path from 'node:path';

const width = 20;

/**
 * When Labdeck was last there, for the ledgers that a kill left without an end. One line of fixed length, overwritten
 * in place and left to the kernel to bring to disk: a kill costs nothing of it, a power cut half a minute.
 */
export class AliveFile {
  readonly #path: string;

  constructor(file: string) {
    this.#path = file;
  }

  /** Null where nothing can be read. Never rejects. */
  async read(): Promise<number | null> {
    const text = await readFile(this.#path, 'latin1').catch(() => '');
    const atMs = Number(text.slice(0, width).trim());
    return Number.isFinite(atMs) && atMs > 0 ? atMs : null;
  }

  /** Rejects with the disk's error. */
  async write(atMs: number): Promise<void> {
    const line = `${String(Math.round(atMs)).padEnd(width - 1)}\n`;
    const handle = await open(this.#path, 'r+').catch(async () => {
      await mkdir(path.dirname(this.#path), { recursive: true, mode: 0o700 });
      return open(this.#path, 'w', 0o600);
    });
    try {
      await handle.write(Buffer.from(line, 'latin1'), 0, width, 0);
    } finally {
      await handle.close();
    }
  }
}
