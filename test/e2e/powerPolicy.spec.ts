import type { EnergyReport, Task } from '../../main/contract/index.ts';
import { expect, test } from './fixtures/browserTest.ts';
import { addRunning, boardOf, openBench } from './fixtures/powerBench.ts';

test('a policy is checked, kept, and says what the board does by itself', async ({ page, host }) => {
  await addRunning(host, 'idler');
  const window = await openBench(page, host);
  await window.select('idler');
  await page.getByTestId('inspector-toggle').click();
  await page.getByTestId('edit-policy').click();
  const dialog = page.getByTestId('policy-dialog');
  await dialog.getByLabel('Off when idle for').fill('half an hour');
  await dialog.getByTestId('save-policy').click();
  await expect(dialog.getByLabel('Off when idle for')).toHaveAttribute('aria-invalid', 'true');
  await dialog.getByLabel('Off when idle for').fill('30');
  await dialog.getByLabel('Off-time of a cycle').fill('2.5');
  await dialog.getByLabel('Nameplate').fill('6');
  await dialog.getByTestId('save-policy').click();
  await expect(dialog).toBeHidden();
  expect((await boardOf(host, 'idler')).powerPolicy).toMatchObject({
    cycleOffMs: 2500,
    idleOffMinutes: 30,
    nameplateWatts: 6,
  });
  await expect(page.getByTestId('power-cycle')).toContainText('2.5 s');
  await expect(page.getByTestId('idle-off')).toContainText(/Off in (29|30) min/);
});

test('what a board takes by its nameplate is drawn and said to be an estimate, for eyes and for ears', async ({
  page,
  host,
}) => {
  await addRunning(host, 'lamp');
  const window = await openBench(page, host);
  await window.select('lamp');
  await page.getByTestId('inspector-toggle').click();
  await page.getByTestId('show-energy').click();
  const dialog = page.getByTestId('energy-dialog');
  await expect(dialog).toContainText('Nothing measures this board');
  await dialog.getByRole('button', { name: 'Give its nameplate…' }).click();
  await page.getByTestId('policy-dialog').getByLabel('Nameplate').fill('60');
  await page.getByTestId('save-policy').click();
  const estimate = async () =>
    (await host.lab.json<EnergyReport>('GET', '/boards/lamp/energy')).totals.estimatedWh;
  await expect.poll(estimate, { timeout: 30_000 }).toBeGreaterThan(0);
  await page.getByTestId('show-energy').click();
  await dialog.getByText('Hour', { exact: true }).click();
  await expect(dialog.getByTestId('energy-totals')).toContainText('estimate');
  await expect(dialog.getByTestId('energy-plot').locator('canvas')).toBeVisible();
  await expect(dialog).toContainText('Estimate, by the nameplate');
  await dialog.getByTestId('energy-as-table').click();
  await expect(dialog.getByRole('table').getByRole('cell', { name: 'estimate' })).not.toHaveCount(0);
});

test('all boards are switched on together, and a board that would not is named', async ({ page, host }) => {
  for (const name of ['one', 'two']) await host.lab.addBoard({ name, virtual: 'sim' });
  await host.lab.addBoard({
    name: 'far',
    consoles: [],
    power: { kind: 'command', on: ['/bin/false'], off: ['/bin/false'] },
  });
  const window = await openBench(page, host);
  await page.getByTestId('many-power').click();
  await page.getByTestId('all-on').click();
  const dialog = page.getByTestId('many-boards');
  await dialog.getByRole('checkbox', { name: 'virtual-1' }).uncheck();
  await dialog.getByTestId('switch-many').click();
  await expect(dialog).toContainText('Not all of them could be switched', { timeout: 30_000 });
  await expect(dialog.getByTestId('problem').filter({ hasText: 'far' })).toBeVisible();
  for (const name of ['one', 'two'])
    await expect.poll(async () => (await host.lab.power(name)).known).toBe('on');
  expect((await host.lab.power('virtual-1')).commanded).not.toBe('on');
  const tasks = await host.lab.json<Task[]>('GET', '/tasks');
  expect(tasks[0]).toMatchObject({ state: 'failed' });
  await dialog.getByRole('button', { name: 'Done' }).click();
  await window.expectConnected();
});

test('the LEDs say what the rules want, or what the hand wants, until the hand lets go', async ({
  page,
  host,
}) => {
  await addRunning(host, 'lights');
  const window = await openBench(page, host);
  await window.select('lights');
  await page.getByTestId('inspector-toggle').click();
  await page.getByTestId('edit-led-language').click();
  const dialog = page.getByTestId('led-language');
  await dialog.getByRole('switch', { name: 'The LEDs say how the board is' }).check();
  // Master image: the third light lit too.
  await dialog.getByTestId('pattern-master-image-3').click();
  await dialog.getByTestId('save-led-language').click();
  await expect(dialog).toBeHidden();
  await expect(page.getByTestId('led-state')).toHaveText('Master image');
  await expect(window.led(1)).toHaveAttribute('aria-pressed', 'true');
  await expect(window.led(3)).toHaveAttribute('aria-pressed', 'true');

  await page.getByTestId('led-menu').click();
  await page.getByTestId('say-failed').click();
  await expect(page.getByTestId('led-state')).toHaveText('Failed');
  await expect(window.led(1)).toHaveAttribute('aria-pressed', 'false');
  await page.getByTestId('led-menu').click();
  await page.getByTestId('say-rules').click();
  await expect(page.getByTestId('led-state')).toHaveText('Master image');

  await page.keyboard.press('Control+Shift+P');
  await window.palette.getByPlaceholder('What do you want to do?').fill('Find this board');
  await page.keyboard.press('Enter');
  await expect(page.getByTestId('led-state')).toHaveText('This one');
});
