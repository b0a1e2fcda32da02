import { readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { note } from '../base/progress.mjs';
import { distFolder } from './electron.mjs';

/** Kernel settings that keep Chromium's sandbox from making its namespaces as an ordinary user. */
const refusals = [
  { file: '/proc/sys/kernel/apparmor_restrict_unprivileged_userns', value: '1' },
  { file: '/proc/sys/kernel/unprivileged_userns_clone', value: '0' },
  { file: '/proc/sys/user/max_user_namespaces', value: '0' },
];

/**
 * Says what to do where Electron would end at once because its sandbox can't work (Ubuntu 24.04 is such a place).
 * Making a program setuid root is the user's decision, so it is told, not done.
 * @param {string} electron executable
 */
export async function noteSandbox(electron) {
  if (process.platform !== 'linux' || process.getuid?.() === 0) return;
  const refused = await Promise.all(
    refusals.map(async ({ file, value }) => (await readFile(file, 'utf8').catch(() => '')).trim() === value),
  );
  if (!refused.includes(true)) return;
  const helper = join(distFolder(electron), 'chrome-sandbox');
  const found = await stat(helper).catch(() => undefined);
  if (found?.uid === 0 && (found.mode & 0o4000) !== 0) return;
  note(
    `this system restricts Chromium's sandbox; if the window does not open, allow its helper:\n  sudo chown root ${helper} && sudo chmod 4755 ${helper}`,
  );
}
