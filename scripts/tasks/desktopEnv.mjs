import { note } from '../base/progress.mjs';
import { distFolder, findElectron } from '../setup/electron.mjs';
import { findChromium } from '../setup/programs.mjs';
import { startXvfb } from '../setup/xvfb.mjs';

/**
 * What tests and benches that open windows need: an Electron, a browser and a display, told by environment:
 * LABDECK_ELECTRON_PATH and LABDECK_ELECTRON_VERSION, CHROMIUM_PATH (unset without one), DISPLAY.
 * @returns {Promise<{ env: NodeJS.ProcessEnv, stop: () => void }>}
 */
export async function desktopEnv() {
  const electron = await findElectron();
  const chromium = await findChromium();
  note(
    `windows run in Electron ${electron.version} (${electron.origin}), pages in ${chromium ?? 'no browser: none found'}`,
  );
  const env = {
    ...process.env,
    LABDECK_ELECTRON_PATH: electron.path,
    LABDECK_ELECTRON_VERSION: electron.version,
    // So that Playwright, asked to launch "electron", takes this one and preloads its own part.
    ELECTRON_OVERRIDE_DIST_PATH: distFolder(electron.path),
    ...(chromium ? { CHROMIUM_PATH: chromium } : {}),
  };
  if (process.platform !== 'linux') return { env, stop: () => {} };
  // Even beside a real display: windows that come and go, and steal the focus, disturb both sides.
  const { display, stop } = await startXvfb();
  return { env: { ...env, DISPLAY: display, WAYLAND_DISPLAY: '' }, stop };
}
