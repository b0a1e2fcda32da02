import type { Locator, Page } from '@playwright/test';
import { expect, test } from './fixtures/browserTest.ts';
import { addRunning, openBench } from './fixtures/powerBench.ts';

/** Tests the outlet of the selected board, from the popover of its header; answers the verdict in the dialog. */
async function testOutlet(page: Page): Promise<Locator> {
  await page.getByTestId('power-facts').click();
  await page.getByTestId('power-panel').getByTestId('test-outlet').click();
  const dialog = page.getByTestId('truth-test');
  await dialog.getByLabel('Watch it off for').fill('2');
  await dialog.getByTestId('start-truth-test').click();
  await expect(dialog.getByTestId('power-task')).toBeVisible();
  const verdict = dialog.getByTestId('verdict-details');
  await expect(verdict).toBeVisible({ timeout: 60_000 });
  return verdict;
}

test('an outlet that lies is found out, and its switch never again claims to cut the power', async ({
  page,
  host,
}) => {
  await addRunning(host, 'liar', { behaviour: 'lies' });
  const window = await openBench(page, host);
  await window.select('liar');
  await expect(page.getByTestId('power-facts')).toContainText('Not tested');
  const verdict = await testOutlet(page);
  await expect(verdict).toHaveAttribute('data-outcome', 'lies');
  await expect(verdict.getByTestId('witnesses')).toBeVisible();
  expect(await host.lab.power('liar')).toMatchObject({ verdict: { outcome: 'lies' }, commanded: 'on' });
  await page.getByTestId('close-truth-test').click();

  await expect(page.getByTestId('outlet-lies')).toContainText('the port goes, the power stays');
  await expect(page.getByTestId('item-lies')).toBeVisible();
  await expect(window.powerSwitch).toHaveAccessibleName('Port on');
  await window.powerSwitch.click();
  await expect(window.powerSwitch).toHaveText(/Port off.*Power stays/);
  await expect(window.powerState).not.toHaveText(/off/i);
  // It turns back to where the port was, though power is known to be on.
  await window.powerSwitch.click();
  await expect(window.powerSwitch).toHaveText(/Port on/);

  await page.getByTestId('power-facts').click();
  await page.getByTestId('power-panel').getByTestId('forget-verdict').click();
  await expect(page.getByTestId('power-panel').getByTestId('verdict-details')).toHaveAttribute(
    'data-outcome',
    'untested',
  );
  await expect(page.getByTestId('outlet-lies')).toHaveCount(0);
});

test('an outlet that cuts the power is real, by what was seen; and told and known are two things', async ({
  page,
  host,
}) => {
  await addRunning(host, 'honest');
  const window = await openBench(page, host);
  await window.select('honest');
  await expect(await testOutlet(page)).toHaveAttribute('data-outcome', 'real');
  await page.getByTestId('close-truth-test').click();
  await window.expectPower('on');
  await page.getByTestId('power-facts').click();
  const panel = page.getByTestId('power-panel');
  await expect(panel.getByTestId('power-told')).toContainText('Switched on by the power-truth test');
  await expect(panel.getByTestId('power-known')).toContainText('On:');
  await expect(panel.getByTestId('witnesses').getByRole('listitem')).not.toHaveCount(0);
});

test('a test that is stopped leaves no verdict, and the board as it was', async ({ page, host }) => {
  await addRunning(host, 'honest');
  const window = await openBench(page, host);
  await window.select('honest');
  await page.getByTestId('power-facts').click();
  await page.getByTestId('power-panel').getByTestId('test-outlet').click();
  const dialog = page.getByTestId('truth-test');
  await dialog.getByLabel('Watch it off for').fill('60');
  await dialog.getByTestId('start-truth-test').click();
  // Closed and opened again it shows the same test.
  await dialog.getByTestId('close-truth-test').click();
  await expect(window.powerEvidence).toHaveText('Testing the outlet…');
  await page.getByTestId('power-facts').click();
  await page.getByTestId('power-panel').getByTestId('test-outlet').click();
  await dialog.getByTestId('cancel-power-task').click();
  await expect(dialog).toContainText('The test was stopped');
  await dialog.getByTestId('close-truth-test').click();
  await window.expectPower('on');
  expect((await host.lab.power('honest')).verdict).toBeNull();
});

test('boards that would lose their power too are named before it happens', async ({ page, host }) => {
  await addRunning(host, 'gang-a', { gang: 'left' });
  await addRunning(host, 'gang-b', { gang: 'left' });
  const window = await openBench(page, host);
  await window.select('gang-a');
  await window.powerSwitch.click();
  const dialog = page.getByRole('dialog');
  await expect(dialog.getByRole('listitem')).toHaveText(/gang-b/);
  // Enter pressed too soon does no harm.
  await page.keyboard.press('Enter');
  await expect(dialog).toBeHidden();
  expect(await host.lab.power('gang-b')).toMatchObject({ known: 'on' });
  await window.powerSwitch.click();
  await dialog.getByRole('button', { name: 'Switch off anyway' }).click();
  await window.expectPower('off');
  await expect.poll(async () => (await host.lab.power('gang-b')).known).toBe('off');
});

test('consequences and a lease are two questions, and the second answer does both', async ({
  page,
  host,
}) => {
  await addRunning(host, 'gang-a', { gang: 'left' });
  await addRunning(host, 'gang-b', { gang: 'left' });
  await host.lab.json('POST', '/consoles/gang-a.main/lease', { why: 'flashing' });
  const window = await openBench(page, host);
  await window.select('gang-a');
  await window.powerSwitch.click();
  await page.getByTestId('confirm').click();
  await expect(page.getByRole('dialog')).toContainText('flashing');
  await page.getByTestId('confirm').click();
  await window.expectPower('off');
});

test('the whole way to a verdict is there by keyboard alone', async ({ page, host }) => {
  await addRunning(host, 'honest');
  const window = await openBench(page, host);
  await window.select('honest');
  await page.getByTestId('power-facts').focus();
  await page.keyboard.press('Enter');
  const panel = page.getByTestId('power-panel');
  await expect(panel).toBeVisible();
  await page.keyboard.press('Escape');
  await expect(panel).toBeHidden();
  await expect(page.getByTestId('power-facts')).toBeFocused();
  await page.keyboard.press('Enter');
  await expect(panel.getByTestId('test-outlet')).toBeFocused();
  await page.keyboard.press('Enter');
  const dialog = page.getByTestId('truth-test');
  // Cancel has the focus: Enter pressed too soon switches nothing.
  await expect(dialog.getByRole('button', { name: 'Cancel' })).toBeFocused();
  await page.keyboard.press('Tab');
  await expect(dialog.getByTestId('start-truth-test')).toBeFocused();
  await page.keyboard.press('Enter');
  await expect(dialog.getByTestId('verdict-details')).toHaveAttribute('data-outcome', 'real', {
    timeout: 60_000,
  });
});
