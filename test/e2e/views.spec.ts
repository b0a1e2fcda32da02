import { rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Page } from '@playwright/test';
import { expectAccessible } from './fixtures/accessibility.ts';
import { BenchWindow } from './fixtures/benchWindow.ts';
import { test as browserTest, expect, Host } from './fixtures/browserTest.ts';
import { expectTidy } from './fixtures/layout.ts';
import { makeScratch, removeScratch } from './fixtures/scratch.ts';

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
      page.setDefaultTimeout(10_000);
      await page.goto(bench.address);
      const window = new BenchWindow(page);
      await window.expectConnected();
      await use(window);
      await page.close();
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

interface View {
  readonly name: string;
  open(window: BenchWindow): Promise<void>;
}

const views: View[] = [
  { name: 'a board that is off', open: (window) => window.select('virtual-1') },
  {
    name: 'a board that is on',
    open: async (window) => {
      await window.select('running');
      await window.expectText('running.main', 'login:');
    },
  },
  {
    name: 'a board that is unplugged',
    open: async (window) => {
      await window.board('gone').click();
      await expect(window.page.getByTestId('console-state')).toHaveAttribute('data-state', 'unplugged');
    },
  },
  {
    name: 'a switch that failed',
    open: async (window) => {
      await window.board('gone').click();
      await window.powerSwitch.click();
      await expect(window.page.getByTestId('problem').filter({ hasText: /\S/ })).not.toHaveCount(0);
    },
  },
  {
    name: 'a board with two consoles',
    open: async (window) => {
      await window.board('two-consoles').click();
      await window.page.getByRole('tab', { name: 'firmware' }).click();
      await expect(window.page.getByRole('tab', { name: 'firmware' })).toHaveAttribute(
        'aria-selected',
        'true',
      );
    },
  },
  {
    name: 'a board that does not exist',
    open: async ({ page }) => {
      await page.evaluate(() => {
        location.hash = '#/bench/nope';
      });
      await expect(page.getByText('There is no board named nope')).toBeVisible();
    },
  },
  {
    name: 'the add menu',
    open: async ({ page }) => {
      await openList(page);
      await page.getByTestId('add-board').click();
      await expect(page.getByTestId('add-virtual-sim')).toBeVisible();
    },
  },
  {
    name: 'the add dialog, with its complaints',
    open: async ({ page }) => {
      await openList(page);
      await page.getByTestId('add-board').click();
      await page.getByTestId('add-from-port').click();
      const dialog = page.getByRole('dialog', { name: 'Add a board' });
      await dialog.getByRole('textbox', { name: 'Name', exact: true }).fill('Not A Name');
      await dialog.getByRole('switch', { name: /power cable/ }).check();
      await dialog.getByRole('button', { name: 'Add board' }).click();
      await expect(dialog.locator('[aria-invalid="true"]')).not.toHaveCount(0);
    },
  },
  {
    name: 'the connections dialog',
    open: async (window) => {
      await window.board('two-consoles').click();
      await runCommand(window, 'Edit connections');
      await expect(window.page.getByRole('dialog', { name: /^Connections of/ })).toBeVisible();
    },
  },
  {
    name: 'the question before a board is removed',
    open: async (window) => {
      await window.select('running');
      await runCommand(window, 'Remove this board');
      await expect(window.page.getByRole('dialog', { name: /^Remove/ })).toBeVisible();
    },
  },
  {
    name: 'the off time',
    open: async (window) => {
      await window.select('running');
      await window.page.getByRole('button', { name: 'Off time' }).click();
      await expect(window.page.getByRole('button', { name: 'Cycle now' })).toBeVisible();
    },
  },
  {
    name: 'the inspector',
    open: async (window) => {
      await window.select('gone');
      const inspector = window.page.getByRole('complementary', { name: 'Inspector' });
      if (!(await inspector.isVisible())) await window.page.getByTestId('inspector-toggle').click();
      await expect(inspector).toBeVisible();
    },
  },
  {
    name: 'the search in a terminal',
    open: async (window) => {
      await window.select('running');
      await runCommand(window, 'Find in the terminal');
      await window.page.getByLabel('Find in the terminal').fill('nothing like it');
      await expect(window.page.getByText('Nothing found')).toBeVisible();
    },
  },
  {
    name: 'the palette',
    open: async (window) => {
      await window.page.keyboard.press('Control+Shift+P');
      await expect(window.palette.getByPlaceholder('What do you want to do?')).toBeFocused();
    },
  },
  {
    name: 'the settings',
    open: async ({ page }) => {
      await page.getByRole('button', { name: 'Settings' }).click();
      await expect(page.getByTestId('settings')).toBeVisible();
    },
  },
  {
    name: 'the serial ports',
    open: async (window) => {
      await runCommand(window, 'Serial ports');
      await expect(window.page.getByRole('heading', { name: 'Serial ports', level: 1 })).toBeVisible();
    },
  },
];

/** In a narrow window the list stands behind a button. */
async function openList(page: Page): Promise<void> {
  const button = page.getByRole('button', { name: 'Board list' });
  if (await button.isVisible()) await button.click();
}

async function runCommand(window: BenchWindow, title: string): Promise<void> {
  await window.page.keyboard.press('Control+Shift+P');
  const search = window.palette.getByPlaceholder('What do you want to do?');
  await search.fill(title);
  await expect(window.palette.getByText(title, { exact: true }).first()).toBeVisible();
  await search.press('Enter');
  await expect(search).toBeHidden();
}

/** In both themes, whatever the page shows. */
async function expectAccessibleInBoth({ page }: BenchWindow, { lab }: Host, view: string): Promise<void> {
  for (const theme of ['dark', 'light'] as const) {
    await lab.changeSettings({ theme });
    await expect(page.locator('html')).toHaveAttribute('data-mantine-color-scheme', theme);
    await expectAccessible(page, `${view}, ${theme}`);
  }
}

for (const { name, open } of views)
  test(`${name}: axe finds nothing wrong, dark or light, and in small or large windows all is in its place`, async ({
    window,
    bench,
  }) => {
    const { page } = window;
    await page.setViewportSize(ordinarySize);
    await page.goto(`${bench.url}/#/bench`);
    // Anew, without what the view before had open.
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

test('everything is reached by keyboard alone, and where the focus is can be seen', async ({
  page,
  host,
}) => {
  await page.goto(host.address);
  const window = new BenchWindow(page);
  await window.expectConnected();
  const { keyboard } = page;
  /** Presses Tab until the wanted place has the focus; every stop on the way shows that it has it. */
  const tabTo = async (place: ReturnType<Page['getByTestId']>) => {
    for (let stops = 0; stops < 30; stops++) {
      await keyboard.press('Tab');
      const shown = await page.evaluate(() => {
        const focused = document.activeElement;
        if (!(focused instanceof HTMLElement) || focused === document.body) return 'nowhere';
        const { outlineStyle, outlineWidth, boxShadow } = getComputedStyle(focused);
        const visible = (outlineStyle !== 'none' && outlineWidth !== '0px') || boxShadow !== 'none';
        return visible ? 'visible' : focused.outerHTML.slice(0, 120);
      });
      expect(['visible', 'nowhere'], 'the focused control looks focused').toContain(shown);
      if (await place.evaluate((element) => element === document.activeElement)) return;
    }
    throw new Error(`thirty Tabs do not lead to ${place}`);
  };

  await host.lab.addBoard({ name: 'other', virtual: 'sim' });
  await tabTo(window.board('other'));
  await keyboard.press('ArrowDown');
  await expect(window.board('virtual-1')).toBeFocused();
  await keyboard.press('Enter');
  await expect(window.board('virtual-1')).toHaveAttribute('aria-current', 'true');
  await tabTo(window.led(1));
  await keyboard.press('Space');
  await expect(window.led(1)).toHaveAttribute('aria-pressed', 'true');
  await tabTo(window.powerSwitch);
  await keyboard.press('Space');
  await window.expectPower('on');
  await expect(window.powerSwitch).toBeFocused();

  await keyboard.press('Control+Shift+Enter');
  await window.expectText('virtual-1.main', 'autoboot');
  await keyboard.press('Space');
  await window.expectPrompt('virtual-1.main');
  // Tab belongs to the board now; only Ctrl+Shift with another key is the window's.
  await keyboard.type('ver');
  await keyboard.press('Tab');
  await keyboard.type('sion\n');
  await window.expectText('virtual-1.main', /version|ver\s*sion/);
  await keyboard.press('Control+Shift+L');
  await expect(window.board('virtual-1')).toBeFocused();

  await keyboard.press('Control+Shift+P');
  await expect(window.palette.getByPlaceholder('What do you want to do?')).toBeFocused();
  await keyboard.type('toggle power');
  await keyboard.press('Enter');
  await window.expectPower('off');
  await keyboard.press('Control+Shift+P');
  await keyboard.press('Escape');
  await expect(window.palette.getByPlaceholder('What do you want to do?')).toBeHidden();
});
