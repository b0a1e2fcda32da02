import { createHash } from 'node:crypto';
import { homedir, tmpdir, userInfo } from 'node:os';
import { join } from 'node:path';
import { maxSocketPathBytes } from '../base/unixSocket.ts';

/** Where boards, settings and recordings live unless --data says otherwise; one for both hosts. */
export function defaultDataDir(env: NodeJS.ProcessEnv = process.env, platform = process.platform): string {
  const home = homedir();
  if (platform === 'win32') return join(env.APPDATA ?? join(home, 'AppData', 'Roaming'), 'Labdeck');
  if (platform === 'darwin') return join(home, 'Library', 'Application Support', 'Labdeck');
  return join(env.XDG_DATA_HOME ?? join(home, '.local', 'share'), 'labdeck');
}

/** The data folder's socket; in the temporary folder where the data folder's own path is too long for one. */
export function socketPath(dataDir: string, platform = process.platform): string {
  const digest = createHash('sha256').update(dataDir).digest('hex').slice(0, 16);
  if (platform === 'win32') return `\\\\.\\pipe\\labdeck-${digest}`;
  const path = join(dataDir, 'labdeck.sock');
  if (Buffer.byteLength(path) <= maxSocketPathBytes) return path;
  return join(tmpdir(), `labdeck-${userInfo().uid}-${digest}.sock`);
}

/** Where a console's unix socket is while it is shared on one; by a short name where the full one does not fit. */
export function consoleSocketPath(dataDir: string, consoleId: string): string {
  const path = join(dataDir, 'run', `${consoleId}.sock`);
  if (Buffer.byteLength(path) <= maxSocketPathBytes) return path;
  const digest = createHash('sha256').update(consoleId).digest('hex').slice(0, 12);
  return join(dataDir, 'run', `${digest}.sock`);
}
