import { createHash } from 'node:crypto';
import { resolve } from 'node:path';

/** What a new data folder's labels say, before it has an instance. */
export function labIdOf(dataDir: string): string {
  return createHash('sha256').update(resolve(dataDir)).digest('hex').slice(0, 12);
}
