import { expect, test } from './fixtures/browserTest.ts';
import { Plug } from './fixtures/plug.ts';
import { boardOf, openBench } from './fixtures/powerBench.ts';

test('a metered plug is bound, its password kept to itself, read at once and switched', async ({
  page,
  host,
}) => {
  const plug = await Plug.start('open sesame');
  try {
    await host.lab.addBoard({ name: 'board-1', consoles: [] });
    const window = await openBench(page, host);
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
    // Forgotten it is only once that is saved, and until then one may think better of it.
    await page.getByTestId('edit-connections').click();
    const forget = dialog.getByTestId('forget-secret');
    await forget.click();
    await expect(dialog.getByTestId('secret-note')).toContainText('forgotten once you save');
    await forget.click();
    await expect(dialog.getByTestId('secret-note')).toBeEmpty();
    await dialog.getByTestId('try-outlet').click();
    await expect(dialog.getByTestId('outlet-answer')).toContainText('3.2 W');
    await forget.click();
    await dialog.getByTestId('try-outlet').click();
    await expect(dialog.getByTestId('secret-note')).toContainText('Forgotten');
    await expect(dialog.getByTestId('outlet-answer')).not.toContainText('says it is on');
    await expect(forget).toHaveCount(0);
    await dialog.getByTestId('outlet-secret').fill(plug.password);
    await dialog.getByTestId('try-outlet').click();
    await expect(dialog.getByTestId('outlet-answer')).toContainText('3.2 W');
    await expect(forget).toBeVisible();
    // Another plug never had it: there is nothing to forget.
    await dialog.getByLabel('Address').fill('http://another.lan');
    await expect(forget).toHaveCount(0);
  } finally {
    await plug.stop();
  }
});

test('a command is taken apart into the arguments a program gets, and what it answers is read', async ({
  page,
  host,
}) => {
  await host.lab.addBoard({ name: 'board-1', consoles: [] });
  const window = await openBench(page, host);
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
