import type { Page } from '@playwright/test';
import type { Lease } from '../../main/contract/index.ts';
import { BenchWindow } from './fixtures/benchWindow.ts';
import { expect, type Host, test } from './fixtures/browserTest.ts';

const consoleId = 'virtual-1.main';
const path = `/consoles/${consoleId}/lease`;

/** A window on a board that waits for a login. */
async function openBoard(page: Page, host: Host): Promise<BenchWindow> {
  await host.lab.switchPower('virtual-1', 'on');
  await page.goto(host.address);
  const window = new BenchWindow(page);
  await window.expectConnected();
  await window.select('virtual-1');
  await window.expectText(consoleId, 'login:');
  return window;
}

const holder = async (host: Host) => (await host.lab.json<Lease | null>('GET', path))?.holder.who ?? 'nobody';

test('while a script has the console keys are kept back, said so, and one question takes it over', async ({
  page,
  host,
}) => {
  const window = await openBoard(page, host);
  await host.lab.json('POST', path, { why: 'flashing' });
  const lease = page.getByTestId('lease');
  await expect(lease).toHaveAttribute('data-standing', 'theirs');
  await expect(lease).toContainText('flashing');
  await window.type(consoleId, 'root');
  await expect(page.getByTestId('problem').filter({ hasText: 'flashing' })).toContainText('Nothing was sent');
  await lease.getByRole('button', { name: 'Take over…' }).click();
  await expect(page.getByRole('dialog')).toContainText('flashing');
  await page.getByTestId('confirm').click();
  await expect(lease).toHaveAttribute('data-standing', 'yours');
  await expect(page.getByTestId('problem').filter({ hasText: 'flashing' })).toHaveCount(0);
  await window.type(consoleId, 'root\r');
  await window.expectText(consoleId, /login: root\n/);
});

test('who takes a console from a window is named there until the window has it again', async ({
  page,
  host,
}) => {
  await openBoard(page, host);
  await page.getByTestId('lease').getByRole('button', { name: 'Take' }).click();
  await expect(page.getByTestId('lease')).toHaveAttribute('data-standing', 'yours');
  await host.lab.json('POST', path, { why: 'nightly run', takeOver: true });
  await expect(page.getByTestId('lease-lost')).toContainText('nightly run');
  await page.getByTestId('lease').getByRole('button', { name: 'Take over…' }).click();
  await page.getByTestId('confirm').click();
  await expect(page.getByTestId('lease-lost')).toHaveCount(0);
});

test('who asks is shown to the holder, waits when told to, and has the console once it is given', async ({
  page,
  host,
}) => {
  await openBoard(page, host);
  await page.getByTestId('lease').getByRole('button', { name: 'Take' }).click();
  await expect(page.getByTestId('lease')).toHaveAttribute('data-standing', 'yours');
  await host.lab.json('POST', `${path}/ask`, { why: 'one command' });
  await expect(page.getByTestId('lease-ask')).toContainText('one command');
  await page.getByTestId('lease-ask').getByRole('button', { name: 'Keep' }).click();
  await expect(page.getByTestId('lease-ask')).toHaveCount(0);
  expect(await holder(host)).not.toContain('script');
  await page.getByTestId('lease').getByRole('button', { name: 'Release' }).click();
  await expect(page.getByTestId('lease')).toHaveAttribute('data-standing', 'theirs');
  expect(await holder(host)).toContain('script');
  await expect(page.getByTestId('lease-lost')).toHaveCount(0);
});

test('of two windows the one that types has the console, and the other sees who', async ({
  page,
  context,
  host,
}) => {
  const one = await openBoard(page, host);
  const two = await openBoard(await context.newPage(), host);
  await one.type(consoleId, 'r');
  await expect(two.page.getByTestId('lease')).toHaveAttribute('data-standing', 'theirs');
  await expect(one.page.getByTestId('lease')).toHaveAttribute('data-standing', 'yours');
  await two.type(consoleId, 'x');
  await expect(two.page.getByTestId('problem').filter({ hasText: 'Nothing was sent' })).toHaveCount(1);
  await one.page.getByTestId('lease').getByRole('button', { name: 'Release' }).click();
  await expect(two.page.getByTestId('problem').filter({ hasText: 'Nothing was sent' })).toHaveCount(0);
});

test('power is switched under somebody at work only once one has said so', async ({ page, host }) => {
  const window = await openBoard(page, host);
  await host.lab.json('POST', path, { why: 'flashing' });
  await window.powerSwitch.click();
  const dialog = page.getByRole('dialog', { name: /switch off/ });
  await expect(dialog).toContainText('flashing');
  await page.keyboard.press('Escape');
  await expect(dialog).toBeHidden();
  await window.expectPower('on');
  await window.powerSwitch.click();
  await page.getByTestId('confirm').click();
  await window.expectPower('off');
});
