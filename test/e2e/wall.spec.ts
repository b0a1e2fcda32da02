import type { Page } from '@playwright/test';
import { BenchWindow } from './fixtures/benchWindow.ts';
import { expect, type Host, test } from './fixtures/browserTest.ts';

const names = (count: number) => Array.from({ length: count }, (_, index) => `rack-${index + 1}`);

/** Boards that booted before anybody looked at them. */
async function furnish(host: Host, count: number): Promise<string[]> {
  await host.lab.json('DELETE', '/boards/virtual-1');
  for (const name of names(count)) {
    await host.lab.addBoard({ name, virtual: 'sim' });
    await host.lab.switchPower(name, 'on');
  }
  for (const name of names(count))
    await expect.poll(() => host.lab.output(`${name}.main`), { timeout: 30_000 }).toContain('login:');
  return names(count).map((name) => `${name}.main`);
}

async function openWall(page: Page, host: Host): Promise<BenchWindow> {
  await page.goto(`${host.address}`);
  const window = new BenchWindow(page);
  await window.expectConnected();
  await page.getByRole('button', { name: 'Consoles', exact: true }).click();
  await expect(page.getByTestId('wall')).toBeVisible();
  return window;
}

const tileOrder = (page: Page) =>
  page.evaluate(() =>
    [...document.querySelectorAll<HTMLElement>('[data-tile]')].map((tile) => tile.dataset.tile),
  );

test('eight boards are live side by side, with what they printed before the wall was there', async ({
  page,
  host,
}, info) => {
  const tiles = await furnish(host, 8);
  const window = await openWall(page, host);
  for (const tile of tiles) await window.expectText(tile, /U-Boot[\s\S]*login:/);
  expect(await tileOrder(page)).toEqual(tiles);
  await host.lab.type('rack-8.main', 'root\r');
  await window.expectText('rack-8.main', /login: root\n/);
  await info.attach('eight-live-boards.png', { body: await page.screenshot(), contentType: 'image/png' });
});

test('tiles are arranged by pointer and by key, and a saved layout comes back', async ({ page, host }) => {
  const [one, two, three] = await furnish(host, 3);
  await openWall(page, host);
  await expect.poll(() => tileOrder(page)).toEqual([one, two, three]);
  const handle = page.getByTestId(`tile-${one}`).getByRole('heading');
  const target = page.getByTestId(`tile-${three}`);
  const from = await handle.boundingBox();
  const to = await target.boundingBox();
  if (from === null || to === null) throw new Error('no tiles to drag');
  await page.mouse.move(from.x + 5, from.y + 5);
  await page.mouse.down();
  await page.mouse.move(to.x + to.width / 2, to.y + to.height / 2, { steps: 5 });
  await expect(target).toHaveAttribute('data-drop', 'true');
  await page.mouse.up();
  await expect.poll(() => tileOrder(page)).toEqual([two, three, one]);
  await page.getByTestId(`tile-${three}`).locator('.xterm').click();
  await page.keyboard.press('Control+Shift+ArrowLeft');
  await expect.poll(() => tileOrder(page)).toEqual([three, two, one]);

  await page.getByTestId('layouts').click();
  await page.getByTestId('save-layout').click();
  await page.getByRole('textbox', { name: 'Name' }).fill('My rack');
  await page.keyboard.press('Enter');
  await expect(page.getByTestId('layouts')).toContainText('My rack');
  await page.evaluate(() => localStorage.clear());
  await page.reload();
  await expect.poll(() => tileOrder(page)).toEqual([one, two, three]);
  await page.getByTestId('layouts').click();
  await page.getByRole('menuitem', { name: 'My rack' }).click();
  await expect.poll(() => tileOrder(page)).toEqual([three, two, one]);
});

test('one key shows a console alone and brings the others back, from within its terminal', async ({
  page,
  host,
}) => {
  const [one, two] = await furnish(host, 2);
  const window = await openWall(page, host);
  await window.expectText(String(two), 'login:');
  await page.getByTestId(`tile-${two}`).locator('.xterm').click();
  await page.keyboard.press('Control+Shift+Enter');
  await expect.poll(() => tileOrder(page)).toEqual([two]);
  await page.keyboard.type('root');
  await window.expectText(String(two), 'login: root');
  await page.keyboard.press('Control+Shift+Enter');
  await expect.poll(() => tileOrder(page)).toEqual([one, two]);
  await page.getByTestId(`tile-${one}`).getByRole('heading').dblclick();
  await expect.poll(() => tileOrder(page)).toEqual([one]);
  await page.getByRole('button', { name: 'Show all 2' }).click();
  await expect.poll(() => tileOrder(page)).toEqual([one, two]);
});

test('typing to many reaches the chosen consoles alone, names who is missed, and ends with one key', async ({
  page,
  host,
}) => {
  const [one = '', two = '', three = '', four = ''] = await furnish(host, 4);
  const window = await openWall(page, host);
  for (const tile of [one, two, three, four]) await window.expectText(tile, 'login:');
  await host.lab.json('POST', `/consoles/${four}/lease`, { why: 'flashing' });
  await page.getByTestId(`tile-${one}`).locator('.xterm').click();
  await page.keyboard.press('Control+Shift+K');
  const band = page.getByTestId('typing-band');
  await expect(band).toContainText('Typing goes to 4 consoles');
  await expect(band).toContainText('flashing');
  await page.getByRole('checkbox', { name: 'Type to rack-3' }).uncheck();
  await expect(band).toContainText('Typing goes to 3 consoles');
  await expect(page.getByTestId(`tile-${three}`)).toHaveAttribute('data-typing', 'left-out');
  await page.getByTestId(`tile-${one}`).locator('.xterm').click();
  await page.keyboard.type('root');
  for (const tile of [one, two]) await window.expectText(tile, 'login: root');
  const missed = page
    .getByTestId(`tile-${four}`)
    .getByTestId('problem')
    .filter({ hasText: 'Nothing was sent' });
  await expect(missed).toHaveCount(1);
  await page.keyboard.press('Control+Shift+K');
  await expect(band).toHaveCount(0);
  await page.keyboard.type('x');
  await window.expectText(one, 'login: rootx');
  expect(await window.text(two)).not.toContain('rootx');
  expect(await window.text(three)).not.toContain('login: root');
});

test('a console that leaves the wall stands on its board’s page as it was, and types there alone', async ({
  page,
  host,
}) => {
  const [one = '', two = ''] = await furnish(host, 2);
  const window = await openWall(page, host);
  await window.expectText(one, 'login:');
  await page.getByTestId('type-to-many').click();
  await page.getByRole('button', { name: 'Bench', exact: true }).click();
  await window.select('rack-1');
  await window.expectWholeRecording(one, host.lab);
  await window.type(one, 'root');
  await window.expectText(one, 'login: root');
  expect(await host.lab.output(two)).not.toContain('login: root');
});

test('in tabs each console is live behind its tab, and consoles are chosen by name', async ({
  page,
  host,
}) => {
  const [one = '', two = ''] = await furnish(host, 3);
  const window = await openWall(page, host);
  await page.getByTestId('tile-chooser').click();
  await page.getByRole('checkbox', { name: 'rack-3' }).uncheck();
  await page.keyboard.press('Escape');
  await expect.poll(() => tileOrder(page)).toEqual([one, two]);
  await page.getByText('Tabs', { exact: true }).click();
  await expect(page.getByRole('tab')).toHaveText(['rack-1', 'rack-2']);
  // Behind its tab, and yet up to date.
  await host.lab.type(two, 'root\r');
  await window.expectText(two, /login: root\n/);
  await page.getByRole('tab', { name: 'rack-2' }).click();
  await expect(window.terminal(two)).toBeVisible();
});
