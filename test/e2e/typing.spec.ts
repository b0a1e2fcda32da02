import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Page } from '@playwright/test';
import { BenchWindow } from './fixtures/benchWindow.ts';
import { expect, type Host, test } from './fixtures/browserTest.ts';

const consoleId = 'virtual-1.main';

test.beforeEach(async ({ context }) => {
  await context.grantPermissions(['clipboard-read', 'clipboard-write']);
});

/** A window on a board's shell. */
async function openShell(page: Page, host: Host): Promise<BenchWindow> {
  await host.lab.switchPower('virtual-1', 'on');
  await page.goto(host.address);
  const window = new BenchWindow(page);
  await window.expectConnected();
  await window.select('virtual-1');
  await window.expectText(consoleId, 'login:');
  // By the window itself: who types has the console for a while.
  await window.type(consoleId, 'root\r');
  await window.expectText(consoleId, /#\s*$/);
  return window;
}

async function paste(window: BenchWindow, text: string): Promise<void> {
  await window.page.evaluate((copied) => navigator.clipboard.writeText(copied), text);
  await window.terminal(consoleId).click();
  await window.page.keyboard.press('Control+Shift+V');
}

test('many lines are shown before they are pasted, and arrive in order', async ({ page, host }) => {
  const window = await openShell(page, host);
  const lines = Array.from({ length: 12 }, (_, index) => `echo line-${index}-end`);
  await paste(window, `${lines.join('\n')}\n`);
  const dialog = page.getByRole('dialog', { name: /^Paste/ });
  await expect(dialog.getByRole('textbox', { name: 'Text' })).toHaveValue(`${lines.join('\n')}\n`);
  await page.getByTestId('paste-confirm').click();
  const printed = () => host.lab.output(consoleId);
  await expect.poll(printed, { timeout: 30_000 }).toContain('\nline-11-end');
  const places = lines.map((_, index) => `\nline-${index}-end`);
  const output = await printed();
  expect(places.map((place) => output.indexOf(place))).toEqual(
    places.map((place) => output.indexOf(place)).sort((a, b) => a - b),
  );
  await expect(dialog).toBeHidden();
});

test('a short paste is typed at once', async ({ page, host }) => {
  const window = await openShell(page, host);
  await paste(window, 'echo pasted-word');
  await window.expectText(consoleId, '# echo pasted-word');
  await expect(page.getByRole('dialog', { name: /^Paste/ })).toHaveCount(0);
});

test('a macro asks for what it has to be told, and the palette runs it too', async ({ page, host }) => {
  await host.lab.json('PATCH', '/boards/virtual-1', {
    macros: [
      { name: 'greet', text: 'echo hello-{{whom}}-from-{{board}}\n' },
      { name: 'kernel', text: 'echo kernel-macro\n' },
    ],
  });
  const window = await openShell(page, host);
  await page.getByTestId('macro-greet').click();
  await page.getByRole('textbox', { name: 'whom' }).fill('world');
  await page.getByTestId('run-macro-confirm').click();
  await window.expectText(consoleId, '\nhello-world-from-virtual-1');
  await page.keyboard.press('Control+Shift+P');
  await window.palette.getByPlaceholder('What do you want to do?').fill('Run macro kernel');
  await page.keyboard.press('Enter');
  await window.expectText(consoleId, '\nkernel-macro');
});

test('a macro is written, changed and removed in the inspector', async ({ page, host }) => {
  const window = await openShell(page, host);
  if (!(await page.getByTestId('add-macro').isVisible())) await page.getByTestId('inspector-toggle').click();
  await page.getByTestId('add-macro').click();
  const dialog = page.getByRole('dialog', { name: 'New macro' });
  await dialog.getByRole('textbox', { name: 'Name' }).fill('who');
  await dialog.getByRole('textbox', { name: 'Text' }).fill('echo it-is-me\n');
  await page.getByTestId('save-macro').click();
  await page.getByTestId('macro-who').click();
  await window.expectText(consoleId, '\nit-is-me');
  await page.getByRole('list', { name: 'Macros' }).getByRole('button', { name: 'who' }).click();
  await page.getByTestId('remove-macro').click();
  await expect(page.getByTestId('macro-who')).toHaveCount(0);
});

test('how a console is typed to is set beside it and kept with the board', async ({ page, host }) => {
  const window = await openShell(page, host);
  await page.getByTestId('typing-settings').click();
  await page.getByRole('switch', { name: 'Local echo' }).click();
  const style = () => host.lab.json('GET', `/consoles/${consoleId}/typing`);
  await expect.poll(style).toMatchObject({ localEcho: true, lineEnding: 'cr' });
  await page.getByText('CR LF', { exact: true }).click();
  await expect.poll(style).toMatchObject({ localEcho: true, lineEnding: 'crlf' });
  await page.keyboard.press('Escape');
  await window.type(consoleId, 'ab');
  // Once by the window, once by the board.
  await window.expectText(consoleId, /# (aabb|abab)$/);
});

test('the ready-made rule stops the next boot at its prompt, and counts it', async ({ page, host }) => {
  const window = await openShell(page, host);
  if (!(await page.getByTestId('add-rule').isVisible())) await page.getByTestId('inspector-toggle').click();
  await page.getByTestId('add-stop-autoboot').click();
  const rule = page.getByTestId('rule-Stop U-Boot autoboot');
  await expect(rule).toHaveAttribute('data-state', 'armed');
  await page.getByTestId('power-cycle').click();
  await window.expectPrompt(consoleId);
  await expect(rule).toContainText('1 hit now');
});

test('a pattern is tried as it is written, and what is no pattern is not saved', async ({ page, host }) => {
  await openShell(page, host);
  if (!(await page.getByTestId('add-rule').isVisible())) await page.getByTestId('inspector-toggle').click();
  await page.getByTestId('add-rule').click();
  const dialog = page.getByRole('dialog', { name: 'New rule' });
  const trial = page.getByTestId('pattern-trial');
  await dialog.getByRole('textbox', { name: 'Name' }).fill('panic');
  await dialog.getByRole('switch', { name: /regular expression/ }).check();
  await dialog.getByRole('textbox', { name: 'Try it on' }).fill('Kernel panic - not syncing');
  await dialog.getByRole('textbox', { name: 'Wait for' }).fill('[Pp]anic (-');
  await expect(trial).toHaveAttribute('data-result', 'invalid');
  await page.getByTestId('save-rule').click();
  await expect(dialog).toBeVisible();
  await dialog.getByRole('textbox', { name: 'Wait for' }).fill('[Pp]anic -');
  await expect(trial).toContainText('panic -');
  await dialog.getByRole('textbox', { name: 'Text', exact: true }).fill('it panicked');
  await page.getByTestId('save-rule').click();
  await expect(dialog).toBeHidden();
  await expect(page.getByTestId('rule-panic')).toHaveAttribute('data-state', 'armed');
});

test('a file on its way is shown under the terminal and can be stopped', async ({ page, host }, info) => {
  await openShell(page, host);
  const path = join(info.outputPath(), 'image.bin');
  writeFileSync(path, Buffer.alloc(1024 * 1024, 7));
  await page.getByTestId('send-file-open').click();
  await page.getByLabel('File to send').setInputFiles(path);
  await expect(page.getByTestId('file-chosen')).toContainText('image.bin');
  await page.getByTestId('send-file-confirm').click();
  // The simulated board has no receiver: the sender waits for one until it is told to stop.
  const work = page.getByTestId('terminal-work');
  await expect(work).toContainText('image.bin');
  await expect.poll(() => host.lab.json('GET', '/tasks')).toMatchObject([{ kind: 'send-file' }]);
  await work.getByRole('button', { name: 'Cancel' }).click();
  await expect(work).toHaveCount(0);
});
