import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

/**
 * What ships with Labdeck beside its code, for the bundle of this address in `dist/main`. In a packaged app those
 * are the files kept beside its archive: into the archive no other program sees.
 */
export function resourcesFolder(bundleUrl: string): string {
  return join(dirname(fileURLToPath(bundleUrl)), '..', '..', 'resources').replace(
    /app\.asar(?=[\\/])/,
    'app.asar.unpacked',
  );
}
