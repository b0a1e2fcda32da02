import { constants } from 'node:fs';
import { open } from 'node:fs/promises';

/**
 * The text of a file in a folder somebody else may write: links are not followed, pipes not waited for, and more than
 * `maxBytes` not read. null: there is no such plain file.
 */
export async function readUntrusted(file: string, maxBytes: number): Promise<string | null> {
  const flags = constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK;
  const handle = await open(file, flags).catch(() => null);
  if (!handle) return null;
  try {
    if (!(await handle.stat()).isFile()) return null;
    const buffer = Buffer.alloc(maxBytes + 1);
    const { bytesRead } = await handle.read(buffer, 0, buffer.length, 0);
    return bytesRead > maxBytes ? null : buffer.toString('utf8', 0, bytesRead);
  } catch {
    return null;
  } finally {
    await handle.close();
  }
}
