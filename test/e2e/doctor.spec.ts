import { join } from 'node:path';
import type { Page } from '@playwright/test';
import { HeadlessHost } from '../fakes/headlessHost.ts';
import { expectAccessible } from './fixtures/accessibility.ts';
import { BenchWindow } from './fixtures/benchWindow.ts';
import { test as browserTest, expect } from './fixtures/browserTest.ts';
import { ClockProgram } from './fixtures/clockProgram.ts';
import { expectTidy } from './fixtures/layout.ts';
import { makeScratch, removeScratch } from './fixtures/scratch.ts';

/** A host on a machine whose clock nothing sets. */
const test = browserTest.extend<{ dataDir: string; clock: ClockProgram; sick: HeadlessHost }>({
  // biome-ignore lint/correctness/noEmptyPattern: Playwright reads the pattern to know what a fixture needs
  dataDir: async ({}, use) => {
    const folder = await makeScratch();
    await use(folder);
    await removeScratch(folder);
  },
  clock: async ({ dataDir }, use) => {
    await use(await ClockProgram.make(join(dataDir, 'programs')));
  },
  sick: async ({ dataDir, clock }, use) => {
    const host = await HeadlessHost.start(join(dataDir, 'data'), { env: clock.env });
    await use(host);
    await host.stop();
  },
});
test.use({ reducedMotion: 'reduce' });

const sizes = [
  { width: 1280, height: 800 },
  { width: 720, height: 480 },
];

async function openDoctor(page: Page, host: HeadlessHost): Promise<void> {
  await page.goto(`${host.url}/#token=${host.token}`);
  await new BenchWindow(page).expectConnected();
  await page.getByRole('button', { name: 'Doctor' }).click();
  await expect(page.getByTestId('doctor')).toHaveAttribute('aria-busy', 'false', { timeout: 40_000 });
}

/** Unfolds the finding and asks for its fix. */
async function askForFix(page: Page): Promise<void> {
  await page.getByRole('button', { name: /^Nothing sets the clock/ }).click();
  await page.getByTestId('fix-clock').click();
  await expect(page.getByRole('dialog')).toContainText('timedatectl set-ntp true');
}

test('a fix runs the command one saw and agreed to, is verified, and the finding is in order', async ({
  page,
  sick,
  clock,
}) => {
  await openDoctor(page, sick);
  const finding = page.getByTestId('finding-clock');
  await expect(finding).toHaveAttribute('data-severity', 'warning');
  await askForFix(page);
  await page.getByRole('button', { name: 'Cancel' }).click();
  await expect(page.getByRole('dialog')).toBeHidden();
  expect(await clock.changes()).toEqual([]);

  await page.getByTestId('fix-clock').click();
  await page.getByTestId('confirm').click();
  const task = page.getByTestId('task-panel');
  await expect(task).toHaveAttribute('data-state', 'succeeded');
  expect(await clock.changes()).toEqual(['set-ntp true']);
  await task.getByRole('button', { name: 'Log' }).click();
  await expect(task.getByRole('log')).toContainText('the clock is set now');
  await expect(task.getByRole('log')).toContainText('Looked again: The clock is set by the network.');

  await page.getByRole('button', { name: /in order$/ }).click();
  await expect(finding).toHaveAttribute('data-severity', 'ok');
});

test('a fix that mends nothing says so, and one that fails says what the program said', async ({
  page,
  sick,
  clock,
}) => {
  await openDoctor(page, sick);
  await clock.be('stuck');
  await askForFix(page);
  await page.getByTestId('confirm').click();
  const tasks = page.getByTestId('task-panel');
  await expect(tasks.first()).toHaveAttribute('data-state', 'failed');
  await expect(tasks.first()).toContainText('The command ran, and yet: Nothing sets the clock');

  await clock.be('broken');
  await page.getByTestId('fix-clock').click();
  await page.getByTestId('confirm').click();
  await expect(tasks).toHaveCount(2);
  await expect(tasks.first()).toContainText('Failed to set ntp: no such service');
  await expect(page.getByTestId('finding-clock')).toHaveAttribute('data-severity', 'warning');
});

test('a command that changed since it was shown is refused in the dialog, and nothing runs', async ({
  page,
  sick,
  clock,
}) => {
  await openDoctor(page, sick);
  await askForFix(page);
  // Somebody else set the clock while the question was open.
  await clock.set('yes');
  await sick.rest('POST', '/doctor/run');
  await page.getByTestId('confirm').click();
  await expect(page.getByRole('dialog').getByTestId('problem')).toContainText('nothing to fix');
  expect(await clock.changes()).toEqual([]);
});

test('scripts get the report and the same refusals', async ({ sick, clock }) => {
  const { body: report } = await sick.rest('POST', '/doctor/run');
  const { fix } = report.findings.find((each: { findingId: string }) => each.findingId === 'clock');
  const other = await sick.rest('POST', `/doctor/fixes/${fix.fixId}`, {
    command: `${fix.command} && reboot`,
  });
  expect(other).toMatchObject({ status: 409, body: { code: 'CONFLICT' } });
  expect(await clock.changes()).toEqual([]);
  const begun = await sick.rest('POST', `/doctor/fixes/${fix.fixId}`, { command: fix.command });
  expect(begun).toMatchObject({ status: 202, body: { kind: 'doctor-fix' } });
  await expect
    .poll(async () => (await sick.rest('GET', `/tasks/${begun.body.taskId}`)).body.state)
    .toBe('succeeded');
});

test('the doctor works by keyboard alone', async ({ page, sick, clock }) => {
  await openDoctor(page, sick);
  await page.getByRole('button', { name: /^Nothing sets the clock/ }).focus();
  await page.keyboard.press('Enter');
  await page.keyboard.press('Tab');
  await expect(page.getByRole('button', { name: 'Copy the command' })).toBeFocused();
  await page.keyboard.press('Tab');
  await expect(page.getByTestId('fix-clock')).toBeFocused();
  await page.keyboard.press('Enter');
  await expect(page.getByRole('button', { name: 'Cancel' })).toBeFocused();
  await page.keyboard.press('Tab');
  await page.keyboard.press('Enter');
  await expect(page.getByTestId('task-panel')).toHaveAttribute('data-state', 'succeeded');
  expect(await clock.changes()).toEqual(['set-ntp true']);
});

test('axe finds nothing wrong with the doctor, dark or light, and in small windows all is in its place', async ({
  page,
  sick,
}) => {
  await openDoctor(page, sick);
  await page.getByRole('button', { name: /^Nothing sets the clock/ }).click();
  await page.getByRole('button', { name: /in order$/ }).click();
  for (const what of ['the doctor', 'the consent'] as const) {
    if (what === 'the consent') await page.getByTestId('fix-clock').click();
    for (const theme of ['dark', 'light'] as const) {
      await sick.rest('PATCH', '/settings', { theme });
      await expect(page.locator('html')).toHaveAttribute('data-mantine-color-scheme', theme);
      await expectAccessible(page, `${what}, ${theme}`);
    }
    for (const size of sizes) {
      await page.setViewportSize(size);
      await expectTidy(page, `${what} at ${size.width} x ${size.height}`);
    }
  }
});
