import { rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expectAccessible } from './fixtures/accessibility.ts';
import { BenchWindow } from './fixtures/benchWindow.ts';
import { test as browserTest, expect, Host } from './fixtures/browserTest.ts';
import { handViews } from './fixtures/handViews.ts';
import { expectTidy } from './fixtures/layout.ts';
import { watchPage } from './fixtures/pageProblems.ts';
import { makeScratch, removeScratch } from './fixtures/scratch.ts';
import { views } from './fixtures/views.ts';

/**
 * One host and one page for all views: looking at them changes nothing on the bench. After a test that failed
 * Playwright makes both anew.
 */
const test = browserTest.extend<object, { bench: Host; window: BenchWindow }>({
  bench: [
    // biome-ignore lint/correctness/noEmptyPattern: Playwright reads the pattern to know what a fixture needs
    async ({}, use) => {
      const dataDir = await makeScratch();
      const host = await Host.start(dataDir);
      await furnish(host, dataDir);
      await use(host);
      await host.stop();
      await removeScratch(dataDir);
    },
    { scope: 'worker' },
  ],
  window: [
    async ({ browser, bench }, use) => {
      const page = await browser.newPage({ reducedMotion: 'reduce', viewport: ordinarySize });
      page.setDefaultTimeout(15_000);
      const problems: string[] = [];
      watchPage(page, problems);
      await page.goto(bench.address);
      const window = new BenchWindow(page);
      await window.expectConnected();
      await use(window);
      await page.close();
      expect(problems).toEqual([]);
    },
    { scope: 'worker' },
  ],
});
test.use({ reducedMotion: 'reduce' });

const ordinarySize = { width: 1280, height: 800 };
const otherSizes = [
  { width: 720, height: 480 },
  { width: 2560, height: 1440 },
];

/** A board that is off, one that is on, one that is not there and one with two consoles. */
async function furnish({ lab }: Host, dataDir: string): Promise<void> {
  const nowhere = (name: string) => ({ by: 'device', value: join(dataDir, 'nowhere', name) });
  await lab.addBoard({
    name: 'running',
    virtual: 'sim',
    displayName: 'Router prototype, rev. C',
    notes: 'Top shelf.',
  });
  await lab.switchPower('running', 'on');
  await lab.json('PUT', '/boards/running/leds/2', { on: true });
  await lab.addBoard({
    name: 'gone',
    consoles: [{ match: nowhere('console') }],
    power: { kind: 'acm-cable', match: nowhere('cable') },
  });
  await lab.addBoard({
    name: 'two-consoles',
    consoles: [
      { name: 'main', match: nowhere('main') },
      { name: 'firmware', match: nowhere('firmware') },
    ],
  });
  await expect.poll(() => lab.output('running.main'), { timeout: 30_000 }).toContain('login:');
}

/** In both themes, whatever the page shows. */
async function expectAccessibleInBoth({ page }: BenchWindow, { lab }: Host, view: string): Promise<void> {
  for (const theme of ['dark', 'light'] as const) {
    await lab.changeSettings({ theme });
    await expect(page.locator('html')).toHaveAttribute('data-mantine-color-scheme', theme);
    await expectAccessible(page, `${view}, ${theme}`);
  }
}

for (const { name, open } of [...views, ...handViews])
  test(`${name}: axe finds nothing wrong, dark or light, and in small or large windows all is in its place`, async ({
    window,
    bench,
  }) => {
    const { page } = window;
    await page.setViewportSize(ordinarySize);
    await page.goto(`${bench.url}/#/bench`);
    // Anew, without what the view before had open or made the window remember.
    await page.evaluate(() => localStorage.clear());
    await page.reload();
    await window.expectConnected();
    await open(window);
    await expectAccessibleInBoth(window, bench, name);
    // Squeezed and stretched while it is open, as a window is.
    for (const size of otherSizes) {
      await page.setViewportSize(size);
      await expectTidy(page, `${name} at ${size.width} x ${size.height}`);
    }
  });

for (const colorScheme of ['dark', 'light'] as const)
  test(`axe finds nothing wrong with the token page, ${colorScheme}`, async ({ page, bench }) => {
    await page.emulateMedia({ colorScheme, reducedMotion: 'reduce' });
    await page.goto(bench.url);
    await expect(page.getByTestId('token-page')).toBeVisible();
    await expectAccessible(page, `the token page, ${colorScheme}`);
    await page.getByLabel('Access token').fill('wrong');
    await page.getByRole('button', { name: 'Open' }).click();
    await expect(page.getByTestId('token-page')).toContainText('not accepted');
    await expectAccessible(page, `a refused token, ${colorScheme}`);
  });

test('axe finds nothing wrong with an empty bench, nor with a core that is away', async ({ page, host }) => {
  await page.goto(host.address);
  const window = new BenchWindow(page);
  await window.expectConnected();
  await host.lab.json('DELETE', '/boards/virtual-1');
  await expect(page.getByText('Your bench is empty')).toBeVisible();
  await expectAccessibleInBoth(window, host, 'an empty bench');
  await host.lab.addBoard({ name: 'left', virtual: 'sim' });
  await window.select('left');
  await host.stop();
  await expect(window.coreState).toHaveAttribute('data-state', 'reconnecting');
  await expectAccessible(page, 'a core that is away');
});

test('axe finds nothing wrong with a notice', async ({ page }) => {
  const dataDir = await makeScratch();
  writeFileSync(join(dataDir, 'boards.json'), '{"boards": [');
  const host = await Host.start(dataDir);
  try {
    await page.goto(host.address);
    const window = new BenchWindow(page);
    await window.expectConnected();
    await expect(page.getByRole('list', { name: 'Notices' })).toContainText('boards.damaged-');
    await expectAccessibleInBoth(window, host, 'a notice');
  } finally {
    await host.stop();
    rmSync(dataDir, { recursive: true, force: true });
  }
});
