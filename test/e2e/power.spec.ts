import type { Locator, Page } from '@playwright/test';
import type { Board, EnergyReport, Task } from '../../main/contract/index.ts';
import { BenchWindow } from './fixtures/benchWindow.ts';
import { expect, type Host, test } from './fixtures/browserTest.ts';
import { Plug } from './fixtures/plug.ts';

async function open(page: Page, host: Host): Promise<BenchWindow> {
  await page.goto(host.address);
  const window = new BenchWindow(page);
  await window.expectConnected();
  return window;
}

/** A virtual board that is on and waits for a login. */
async function addRunning({ lab }: Host, name: string, power: object | null = null): Promise<void> {
  await lab.addBoard({ name, virtual: 'sim', power: power === null ? null : { kind: 'virtual', ...power } });
  await lab.switchPower(name, 'on');
  await expect.poll(() => lab.output(`${name}.main`), { timeout: 30_000 }).toContain('login:');
}

const boardOf = ({ lab }: Host, name: string) => lab.json<Board>('GET', `/boards/${name}`);

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
  const window = await open(page, host);
  await window.select('liar');
  await expect(page.getByTestId('power-facts')).toContainText('Not tested');
  const verdict = await testOutlet(page);
  await expect(verdict).toHaveAttribute('data-outcome', 'lies');
  await expect(verdict.getByTestId('witnesses')).toBeVisible();
  expect(await host.lab.power('liar')).toMatchObject({ verdict: { outcome: 'lies' }, commanded: 'on' });
  await page.getByTestId('close-truth-test').click();

  await expect(page.getByTestId('outlet-lies')).toContainText('the port goes, the power stays');
  await expect(page.getByTestId('item-lies')).toBeVisible();
  await expect(window.powerSwitch).toHaveAccessibleName('Port, not power');
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
  const window = await open(page, host);
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
  const window = await open(page, host);
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
  const window = await open(page, host);
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
  const window = await open(page, host);
  await window.select('gang-a');
  await window.powerSwitch.click();
  await page.getByTestId('confirm').click();
  await expect(page.getByRole('dialog')).toContainText('flashing');
  await page.getByTestId('confirm').click();
  await window.expectPower('off');
});

test('a metered plug is bound, its password kept to itself, read at once and switched', async ({
  page,
  host,
}) => {
  const plug = await Plug.start('open sesame');
  try {
    await host.lab.addBoard({ name: 'board-1', consoles: [] });
    const window = await open(page, host);
    await window.board('board-1').click();
    await page.getByTestId('inspector-toggle').click();
    await page.getByTestId('edit-connections').click();
    const dialog = page.getByRole('dialog', { name: /^Connections of/ });
    await dialog.getByTestId('outlet-kind').click();
    await page.getByRole('option', { name: 'A Tasmota plug' }).click();
    await dialog.getByTestId('save-connections').click();
    await expect(dialog.getByLabel('Address')).toHaveAttribute('aria-invalid', 'true');
    await dialog.getByLabel('Address').fill(plug.url.replace('http://', ''));
    await dialog.getByLabel('User').fill('admin');
    await dialog.getByTestId('outlet-secret').fill('wrong');
    await dialog.getByTestId('try-outlet').click();
    await expect(dialog.getByTestId('outlet-answer')).not.toContainText('says it is on');
    await dialog.getByTestId('outlet-secret').fill(plug.password);
    await dialog.getByTestId('try-outlet').click();
    await expect(dialog.getByTestId('outlet-answer')).toContainText('3.2 W');
    await dialog.getByRole('button', { name: 'Close', exact: true }).last().click();

    const kept = await boardOf(host, 'board-1');
    expect(kept.power).toEqual({ kind: 'tasmota', url: plug.url, relay: 1, user: 'admin' });
    await expect(page.getByTestId('watts')).toHaveText('3.2 W');
    expect(plug.commands).toEqual([]);
    await window.powerSwitch.click();
    await window.expectPower('off');
    expect(plug.on).toBe(false);
    // Opened again it shows no password, and saving without one keeps it.
    await page.getByTestId('edit-connections').click();
    await expect(dialog.getByTestId('outlet-secret')).toHaveValue('');
    await dialog.getByTestId('save-connections').click();
    await expect(dialog).toBeHidden();
    await window.powerSwitch.click();
    await window.expectPower('on');
    expect(plug.on).toBe(true);
  } finally {
    await plug.stop();
  }
});

test('a command is taken apart into the arguments a program gets, and what it answers is read', async ({
  page,
  host,
}) => {
  await host.lab.addBoard({ name: 'board-1', consoles: [] });
  const window = await open(page, host);
  await window.board('board-1').click();
  await page.getByTestId('inspector-toggle').click();
  await page.getByTestId('edit-connections').click();
  const dialog = page.getByRole('dialog', { name: /^Connections of/ });
  await dialog.getByTestId('outlet-kind').click();
  await page.getByRole('option', { name: 'A command of your own' }).click();
  await dialog.getByLabel('On', { exact: true }).fill(`/bin/true "two words`);
  await dialog.getByTestId('save-connections').click();
  await expect(dialog.getByText('is not closed')).toBeVisible();
  await dialog.getByLabel('On', { exact: true }).fill(`/bin/true "two words" '$(reboot)' | sh`);
  await expect(dialog.getByRole('list', { name: 'Arguments of On' }).getByRole('listitem')).toHaveText([
    '/bin/true',
    'two words',
    '$(reboot)',
    '|',
    'sh',
  ]);
  await expect(dialog.getByText('There is no shell')).toBeVisible();
  await dialog.getByLabel('Off', { exact: true }).fill('/bin/true');
  await dialog.getByLabel('Read', { exact: true }).fill('/bin/true');
  await dialog.getByTestId('try-outlet').click();
  await expect(dialog.getByTestId('outlet-answer')).toContainText(/on/i);
  expect((await boardOf(host, 'board-1')).power).toMatchObject({
    on: ['/bin/true', 'two words', '$(reboot)', '|', 'sh'],
    off: ['/bin/true'],
    read: ['/bin/true'],
    cycle: null,
  });
});

test('a policy is checked, kept, and says what the board does by itself', async ({ page, host }) => {
  await addRunning(host, 'idler');
  const window = await open(page, host);
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
  await expect(page.getByTestId('idle-off')).toContainText(/Goes off in (29|30) min/);
});

test('what a board takes by its nameplate is drawn and said to be an estimate, for eyes and for ears', async ({
  page,
  host,
}) => {
  await addRunning(host, 'lamp');
  const window = await open(page, host);
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
  const window = await open(page, host);
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
  const window = await open(page, host);
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

test('the whole way to a verdict is there by keyboard alone', async ({ page, host }) => {
  await addRunning(host, 'honest');
  const window = await open(page, host);
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
