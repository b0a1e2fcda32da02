import { expectAccessible } from './fixtures/accessibility.ts';
import { Desktop } from './fixtures/desktop.ts';
import { expect, test } from './fixtures/desktopTest.ts';
import {
  addQemuBoard,
  askVersion,
  bootToPrompt,
  longOutput,
  longOutputLines,
  tryLeds,
  ubootBanner,
} from './fixtures/flows.ts';

test('this run is in a real Electron', async ({ desktop }) => {
  const versions = await desktop.app.evaluate(() => ({ ...process.versions }));
  console.log(`Electron ${versions.electron}, Chromium ${versions.chrome}, Node ${versions.node}`);
  expect(versions.electron).toMatch(/^\d+\.\d+\.\d+/);
  const told = process.env.LABDECK_ELECTRON_VERSION ?? 'unknown';
  if (told !== 'unknown') expect(versions.electron).toBe(told);
});

test('the first start shows one virtual board, off', async ({ desktop }) => {
  const window = await desktop.firstWindow();
  await expect(window.boardList.locator('[data-testid^="board-item-"]')).toHaveCount(1);
  await expect(window.board('virtual-1')).toBeVisible();
  await window.expectPower('off');
  expect(await desktop.lab.power('virtual-1')).toMatchObject({ known: 'off', switchable: true });
  await expectAccessible(window.page, 'the first window');
});

test('a real U-Boot is two clicks away, answers what is typed, and obeys its switch and its LEDs', async ({
  desktop,
}) => {
  const window = await desktop.firstWindow();
  const boardId = await addQemuBoard(window, desktop.lab);
  const consoleId = `${boardId}.main`;
  await bootToPrompt(window, consoleId);
  await window.expectText(consoleId, ubootBanner);
  await window.expectPower('on');
  await askVersion(window, consoleId);
  await tryLeds(window, boardId, desktop.lab);

  await window.powerSwitch.click();
  await window.expectPower('off');
  expect(await desktop.lab.power(boardId)).toMatchObject({ leds: [true, false, true], known: 'off' });
  await window.expectWholeRecording(consoleId, desktop.lab);
});

test('a reload in the middle of the output loses not one byte', async ({ desktop }) => {
  const { lab } = desktop;
  const window = await desktop.firstWindow();
  await lab.addBoard({ name: 'u', virtual: 'qemu' });
  await window.select('u');
  await bootToPrompt(window, 'u.main');
  await window.expectWholeRecording('u.main', lab);

  await window.type('u.main', `${longOutput}\r`);
  await window.expectText('u.main', '40000100: ');
  await window.page.reload();
  await window.expectConnected();
  await expect
    .poll(() => lab.output('u.main'), { timeout: 30_000 })
    .toContain(longOutputLines.at(-1) ?? 'none');
  await window.expectPrompt('u.main');
  await window.expectWholeRecording('u.main', lab);
  await window.expectPower('on');
});

test('a second window shows every byte and the same power, and both follow', async ({ desktop }) => {
  const { lab } = desktop;
  const first = await desktop.firstWindow();
  await first.select('virtual-1');
  await bootToPrompt(first, 'virtual-1.main');

  const second = await desktop.openWindow();
  await second.select('virtual-1');
  await second.expectPower('on');
  await second.expectWholeRecording('virtual-1.main', lab);
  expect(await second.text('virtual-1.main')).toBe(await first.text('virtual-1.main'));

  await second.type('virtual-1.main', 'md.b 0 400\r');
  await first.expectText('virtual-1.main', '000003f0: ');
  await first.led(1).click();
  await expect(second.led(1)).toHaveAttribute('aria-pressed', 'true');
  await second.powerSwitch.click();
  await first.expectPower('off');
  await second.expectPower('off');
  await first.expectWholeRecording('virtual-1.main', lab);
  await second.expectWholeRecording('virtual-1.main', lab);
});

test('with its last window closed the bench goes on recording, and a new window shows it all', async ({
  desktop,
}) => {
  const { lab } = desktop;
  const window = await desktop.firstWindow();
  await window.select('virtual-1');
  await window.powerSwitch.click();
  await window.expectText('virtual-1.main', 'autoboot');
  await window.page.close();
  await expect.poll(() => desktop.app.windows().length).toBe(0);
  // Let it boot, unseen.
  await expect.poll(() => lab.output('virtual-1.main'), { timeout: 30_000 }).toContain('login:');
  const again = await desktop.openWindow();
  await again.select('virtual-1');
  await again.expectPower('on');
  await again.expectWholeRecording('virtual-1.main', lab);
});

test('quitting ends it within 5 s, and the next start knows boards and recordings', async ({
  desktop,
  dataDir,
}, info) => {
  const window = await desktop.firstWindow();
  await desktop.lab.addBoard({ name: 'kept', virtual: 'sim', displayName: 'Kept board' });
  await desktop.lab.switchPower('kept', 'on');
  await window.select('kept');
  await window.expectText('kept.main', 'autoboot');
  const printed = await desktop.lab.recording('kept.main');
  expect(await desktop.quit()).toBeLessThan(5_000);

  const next = await Desktop.launch(dataDir);
  try {
    const found = await next.firstWindow();
    await expect(found.board('kept')).toContainText('Kept board');
    await found.select('kept');
    const recorded = await next.lab.recording('kept.main');
    expect(recorded.subarray(0, printed.length).equals(printed)).toBe(true);
    await found.expectWholeRecording('kept.main', next.lab);
  } finally {
    expect(await next.dispose(info)).toEqual([]);
  }
});
