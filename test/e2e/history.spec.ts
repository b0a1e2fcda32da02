import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Page } from '@playwright/test';
import { expectAccessible } from './fixtures/accessibility.ts';
import { BenchWindow } from './fixtures/benchWindow.ts';
import { expect, type Host, test } from './fixtures/browserTest.ts';

const consoleId = 'beagle.main';
const program = join(import.meta.dirname, 'fixtures', 'bootingProgram.mjs');

/** A board that booted twice, the second time badly, with far more in between than a terminal keeps. */
async function openBooted(page: Page, { lab, address }: Host): Promise<BenchWindow> {
  await lab.addBoard({
    name: 'beagle',
    consoles: [{ match: null, endpoint: { kind: 'command', argv: [process.execPath, program] } }],
  });
  const outcomes = async () => {
    const boots = await lab.json<{ outcome: string }[]>('GET', `/consoles/${consoleId}/boots`);
    return boots.map(({ outcome }) => outcome);
  };
  await expect.poll(outcomes, { timeout: 30_000 }).toEqual(['failed', 'good']);
  await page.goto(address);
  const window = new BenchWindow(page);
  await window.expectConnected();
  await window.select('beagle');
  await window.expectText(consoleId, 'Kernel panic');
  return window;
}

/** What the reading view shows; the terminal in it has no other hook. */
function reading(page: Page) {
  return page.getByTestId('reading');
}

async function download(page: Page, choose: () => Promise<void>): Promise<{ name: string; bytes: Buffer }> {
  const started = page.waitForEvent('download');
  await choose();
  const file = await started;
  return { name: file.suggestedFilename(), bytes: await readFile(await file.path()) };
}

test('a boot long scrolled away is one click away, and so is the present', async ({ page, host }) => {
  const window = await openBooted(page, host);
  await page.getByTestId('history-toggle').click();
  await expect(page.getByTestId('boot-2')).toContainText('Failed');
  await expect(page.getByTestId('boot-1')).toContainText('Good');
  await page.getByTestId('boot-1').getByRole('button', { expanded: false }).click();
  await expect(reading(page)).toContainText('U-Boot SPL 2026.01');
  await expect(reading(page)).toContainText('Linux version 6.12.1');
  await expectAccessible(page, 'a boot of long ago');
  await page.getByRole('button', { name: 'Back to live' }).click();
  await expect(reading(page)).toBeHidden();
  await page.getByTestId('boot-2').getByRole('button', { expanded: false }).click();
  await page
    .getByTestId('boot-2')
    .getByRole('button', { name: /^Kernel panic/ })
    .click();
  // The terminal still holds that line: no other view is needed to show it.
  await expect(reading(page)).toBeHidden();
  await expect(window.terminal(consoleId)).toContainText('Kernel panic');
});

test('what changed since the last good boot is one key away, change by change', async ({ page, host }) => {
  await openBooted(page, host);
  await page.keyboard.press('Control+Shift+D');
  const compare = page.getByTestId('compare');
  await expect(compare).toContainText('Boot 2 against boot 1');
  await expect(page.getByTestId('change-place')).toContainText('Change 1 of');
  const current = page.getByTestId('compared-rows').locator('[aria-current="true"]');
  await expect(current.locator('mark')).toHaveText(['512', '256']);
  await expectAccessible(page, 'a comparison');
  await page.keyboard.press('n');
  await expect(current.locator('mark')).toHaveText(['6.12.1', '6.13.0']);
  await page.keyboard.press('p');
  await expect(current.locator('mark')).toHaveText(['512', '256']);
  await page.keyboard.press('Escape');
  await expect(compare).toBeHidden();
});

test('a line is found in all that was ever printed, and shown where it stands', async ({ page, host }) => {
  const window = await openBooted(page, host);
  expect(await window.text(consoleId)).not.toContain('sensor 1234 ');
  await page.keyboard.press('Control+Shift+G');
  await page.getByRole('button', { name: 'Regular expression' }).click();
  await page.getByTestId('search-all').fill('sensor 123[45] reads');
  await expect(page.getByTestId('search-count')).toContainText('2 lines in');
  await page.getByTestId('search-all').press('ArrowDown');
  await expect(reading(page)).toContainText('sensor 1234 reads');
  await page.getByTestId('search-all').press('ArrowDown');
  await expect(page.getByRole('option', { selected: true })).toContainText('sensor 1235 reads');
  await page.getByTestId('search-all').fill('sensor (');
  await expect(page.getByTestId('history').getByTestId('problem')).not.toBeEmpty();
  await page.getByTestId('search-all').fill('sensor 99999 ');
  await expect(page.getByText('Nothing found')).toBeVisible();
});

test('further back is read on by scrolling, and never typed into', async ({ page, host }) => {
  await openBooted(page, host);
  await page.keyboard.press('Control+Shift+G');
  await page.getByTestId('search-all').fill('sensor 30000 reads');
  await expect(page.getByTestId('search-count')).toContainText('1 line in');
  await page.getByTestId('search-all').press('Enter');
  await expect(reading(page)).toContainText('sensor 30000 reads');
  const before = await host.lab.recording(consoleId);
  await reading(page).locator('.xterm-screen').click();
  const text = async () => (await reading(page).locator('.xterm-rows').allTextContents()).join('');
  // Each time the end of what was loaded is reached, more comes before it.
  await expect
    .poll(
      async () => {
        await page.keyboard.press('Home');
        return Number(/sensor (\d+) reads/.exec(await text())?.[1] ?? Number.POSITIVE_INFINITY);
      },
      { timeout: 30_000 },
    )
    .toBeLessThan(25_000);
  await page.keyboard.press('x');
  await page.keyboard.press('Escape');
  await expect(reading(page)).toBeHidden();
  expect(await host.lab.recording(consoleId)).toEqual(before);
});

test('the margin tells when each line was printed', async ({ page, host }) => {
  await openBooted(page, host);
  await page.getByTestId('times-menu').click();
  await page.getByTestId('times-host').click();
  const labels = page.getByTestId('terminal-margin').first().locator('div');
  await expect(labels.filter({ hasText: /^\d\d:\d\d:\d\d\.\d{3}$/ })).not.toHaveCount(0);
  await page.getByTestId('times-menu').click();
  await page.getByTestId('times-off').click();
  await expect(page.getByTestId('terminal-margin').first()).toBeHidden();
});

test('bytes are shown as they are, and sent as they are written', async ({ page, host }) => {
  await openBooted(page, host);
  await page.keyboard.press('Control+Shift+X');
  await expect(page.getByTestId('hex-rows')).toContainText('Kernel panic'.slice(0, 6));
  await page.getByTestId('hex-send').fill('1b zz');
  await expect(page.getByText('“zz” is no hex number.')).toBeVisible();
  await page.getByTestId('hex-send').fill('1b 5b 0x41 "ok"');
  await page.getByTestId('hex-send').press('Enter');
  await expect.poll(() => host.lab.output(consoleId)).toContain('got 1b5b416f6b');
  await expect(page.getByTestId('hex-send')).toHaveValue('');
});

test('a mark is listed at once, and an export holds every byte from there on', async ({ page, host }) => {
  await openBooted(page, host);
  await page.getByTestId('history-toggle').click();
  await page.getByRole('tab', { name: 'Marks' }).click();
  await page.keyboard.press('Control+Shift+M');
  await page.getByRole('textbox', { name: 'What happens here' }).fill('Heat gun on');
  await page.keyboard.press('Enter');
  await expect(page.getByTestId('marks')).toContainText('Heat gun on');
  await host.lab.type(consoleId, 'after the mark');
  await expect.poll(() => host.lab.output(consoleId)).toContain('got ');
  const marked = await download(page, () =>
    page.getByRole('button', { name: 'Export from “Heat gun on” on' }).click(),
  );
  expect(marked.name).toMatch(/^beagle\.main .*\.txt$/);
  expect(marked.bytes.toString()).toContain('got 6166746572');
  expect(marked.bytes.toString()).not.toContain('Kernel panic');
  await page.getByTestId('export-menu').click();
  const whole = await download(page, () =>
    page
      .getByRole('menuitem', { name: /Raw bytes/ })
      .first()
      .click(),
  );
  expect(whole.bytes.equals(await host.lab.recording(consoleId))).toBe(true);
});

test('a long paste is a task that can be watched and stopped', async ({ page, host }) => {
  await openBooted(page, host);
  await host.lab.json('POST', `/consoles/${consoleId}/paste`, {
    text: 'a line for a slow board\n'.repeat(200),
    charDelayMs: 20,
  });
  await page.getByRole('button', { name: 'Tasks, 1 running' }).click();
  const task = page.getByTestId('tasks').getByRole('listitem').first();
  await expect(task).toContainText('Running');
  await task.getByRole('button', { name: /^Cancel/ }).click();
  await expect(task).toContainText('Cancelled');
  await expect(page.getByText('Nothing is running.')).toBeVisible();
});
