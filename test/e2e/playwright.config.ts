import { join } from 'node:path';
import { defineConfig } from '@playwright/test';
import { sandboxArgs } from './fixtures/environment.ts';

const root = join(import.meta.dirname, '..', '..');

/** `npm test -- e2e` runs this with an Electron, a browser and a display in the environment. */
export default defineConfig({
  testDir: import.meta.dirname,
  // There is a packaged app only after `npm run package`; its path then asks for its tests.
  testIgnore: process.env.LABDECK_PACKAGED_PATH ? [] : 'packaged.spec.ts',
  outputDir: join(root, 'test-results'),
  // One window at a time: they share a display, its focus and two processors.
  workers: 1,
  // A test that passes the second time tells of a bug all the same.
  retries: 0,
  forbidOnly: process.env.CI !== undefined,
  // Long enough for a machine that is busy with something else: waiting costs nothing where all is well.
  timeout: 120_000,
  globalTimeout: 34 * 60_000,
  expect: { timeout: 15_000 },
  reporter: 'list',
  use: {
    browserName: 'chromium',
    headless: true,
    viewport: { width: 1280, height: 800 },
    actionTimeout: 15_000,
    navigationTimeout: 20_000,
    // Without its film, which costs more than the tests themselves on two processors.
    trace: { mode: 'retain-on-failure', screenshots: false, snapshots: true, sources: true },
    screenshot: 'only-on-failure',
    launchOptions: {
      args: sandboxArgs,
      ...(process.env.CHROMIUM_PATH ? { executablePath: process.env.CHROMIUM_PATH } : {}),
    },
  },
});
