/** Chromium's own sandbox refuses to run as root. */
export const sandboxArgs: readonly string[] = process.getuid?.() === 0 ? ['--no-sandbox'] : [];

/** The Electron and the display the runner found (scripts/tasks/desktopEnv.mjs); throws where there is none. */
export function desktopEnvironment(): { executablePath: string } {
  const { LABDECK_ELECTRON_PATH: executablePath, DISPLAY: display } = process.env;
  if (!executablePath)
    throw new Error('LABDECK_ELECTRON_PATH is not set: start the bench with npm run bench');
  if (process.platform === 'linux' && !display) throw new Error('there is no display: is xvfb installed?');
  return { executablePath };
}
