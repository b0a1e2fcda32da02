import { existsSync } from 'node:fs';
import { join } from 'node:path';

/**
 * Whether Chromium may find somewhere to open a window: an X server or a Wayland compositor the environment names,
 * Wayland's usual socket, or a platform somebody chose. Without any it would crash.
 */
export function hasDisplay(
  argv: readonly string[],
  env: NodeJS.ProcessEnv = process.env,
  platform: NodeJS.Platform = process.platform,
): boolean {
  if (platform !== 'linux') return true;
  if (env.DISPLAY || env.WAYLAND_DISPLAY || env.WAYLAND_SOCKET) return true;
  if (env.XDG_RUNTIME_DIR && existsSync(join(env.XDG_RUNTIME_DIR, 'wayland-0'))) return true;
  return argv.some((argument) => argument.startsWith('--ozone-platform'));
}
