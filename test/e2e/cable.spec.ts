import type { BenchWindow } from './fixtures/benchWindow.ts';
import { expect, test } from './fixtures/cableTest.ts';
import { askVersion, bootToPrompt, tryLeds, ubootBanner } from './fixtures/flows.ts';
import type { UbootOnCable } from './fixtures/ubootOnCable.ts';

/** As a user does who has neither by-id nor by-path names, but links of their own. */
async function addInDialog(window: BenchWindow, name: string, uboot: UbootOnCable): Promise<void> {
  const { page } = window;
  await page.getByTestId('add-board').click();
  await page.getByTestId('add-from-port').click();
  const dialog = page.getByRole('dialog', { name: 'Add a board' });
  await dialog.getByRole('textbox', { name: 'Name', exact: true }).fill(name);
  const serial = dialog.getByRole('group', { name: 'Console' });
  await serial.getByLabel('Console port').click();
  await page.getByRole('option', { name: 'Another device path…' }).click();
  await serial.getByLabel('Device path').fill(uboot.console);
  const cable = dialog.getByRole('group', { name: 'Power' });
  await cable.getByTestId('outlet-kind').click();
  await page.getByRole('option', { name: 'An ACM power cable' }).click();
  await cable.getByLabel('Cable port').click();
  await page.getByRole('option', { name: 'Another device path…' }).click();
  await cable.getByLabel('Device path').fill(uboot.cable.device);
  await dialog.getByRole('button', { name: 'Add board' }).click();
  await expect(dialog).toBeHidden();
  await expect(window.board(name)).toHaveAttribute('aria-current', 'true');
}

test('a board bound in the dialog is switched and lit through its cable, by exactly these bytes', async ({
  desktop,
  uboot,
}) => {
  const { cable } = uboot;
  const window = await desktop.firstWindow();
  await addInDialog(window, 'bench-1', uboot);
  await expect(window.page.getByTestId('console-state')).toHaveAttribute('data-state', 'open');
  // Nothing was commanded: nothing was written, and nothing is claimed.
  await window.expectPower('unknown');
  expect(cable.received).toEqual([]);

  await bootToPrompt(window, 'bench-1.main');
  await window.expectText('bench-1.main', ubootBanner);
  await window.expectPower('on');
  await expect(window.powerEvidence).toContainText(/a boot began/i);
  expect(cable.received).toEqual(['1']);
  expect(cable).toMatchObject({ power: true, leds: [false, false, false] });
  await askVersion(window, 'bench-1.main');

  await tryLeds(window, 'bench-1', desktop.lab);
  // Bit 0 is power, bits 1 to 3 are the LEDs; 15 is written as '?'.
  expect(cable.received).toEqual(['1', '3', '7', '?', ';']);
  expect(uboot.lives).toBe(1);

  await window.powerSwitch.click();
  await expect(window.powerEvidence).toContainText(/commanded off|power-off/i);
  expect(cable.received).toEqual(['1', '3', '7', '?', ';', ':']);
  expect(cable).toMatchObject({ power: false, leds: [true, false, true] });
  expect(cable.garbage).toEqual([]);
  expect(uboot.pid).toBeNull();
  // A cable can't be asked: that it took the byte proves nothing about the board.
  await window.expectPower('unknown');
  await window.expectWholeRecording('bench-1.main', desktop.lab);
});

test('a power cycle is off and on again, a new life of the board, with its LEDs left alone', async ({
  desktop,
  uboot,
}) => {
  const { cable } = uboot;
  const window = await desktop.firstWindow();
  await desktop.lab.addBoard(uboot.binding('cycled'));
  await window.select('cycled');
  await window.powerSwitch.click();
  await window.expectText('cycled.main', ubootBanner);
  await window.led(3).click();
  await expect(window.led(3)).toHaveAttribute('aria-pressed', 'true');
  await window.page.getByTestId('power-cycle').click();
  await expect.poll(() => cable.received).toEqual(['1', '9', '8', '9']);
  expect(uboot.lives).toBe(2);
  const banners = async () => (await window.text('cycled.main')).match(new RegExp(ubootBanner, 'g'))?.length;
  await expect.poll(banners, { timeout: 30_000 }).toBe(2);
  await window.expectPower('on');
});

test('an unplugged cable and an unplugged console are told, and replugging writes nothing', async ({
  desktop,
  uboot,
}) => {
  const { cable } = uboot;
  const window = await desktop.firstWindow();
  await desktop.lab.addBoard(uboot.binding('loose'));
  await window.select('loose');
  await window.powerSwitch.click();
  await window.expectText('loose.main', ubootBanner);
  await window.expectPower('on');

  await cable.unplug();
  await expect(window.powerEvidence).toContainText('power cable is unplugged', { ignoreCase: true });
  await window.expectPower('unknown');
  await expect(window.board('loose')).toContainText('power outlet gone');
  await cable.replug();
  await expect(window.powerEvidence).toContainText(/unplugged meanwhile|plugged in again/i);
  expect(cable.received).toEqual(['1']);
  expect(cable.power).toBe(false);

  await uboot.unplugConsole();
  await expect(window.page.getByTestId('console-state')).toHaveAttribute('data-state', 'unplugged');
  await expect(window.board('loose')).toContainText('unplugged');
  await window.expectWholeRecording('loose.main', desktop.lab);
});
