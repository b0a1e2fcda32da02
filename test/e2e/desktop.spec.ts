import { Desktop } from './fixtures/desktop.ts';
import { expect, test } from './fixtures/desktopTest.ts';

const uboot = /U-Boot 20\d\d\.\d\d/;
/** Two thousand lines that differ: a line lost or doubled anywhere is seen. */
const longOutput = 'md.b 40000000 8000';
const lastLine = '40007ff0: ';

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
  expect(await desktop.lab.power('virtual-1')).toMatchObject({ state: 'off', switchable: true });
});

test('a real U-Boot is two clicks away, answers what is typed, and obeys its switch and its LEDs', async ({
  desktop,
}) => {
  const window = await desktop.firstWindow();
  await window.page.getByTestId('add-board').click();
  await window.page.getByTestId('add-virtual-qemu').click();
  const added = async () => (await desktop.lab.boards()).find(({ virtual }) => virtual === 'qemu')?.boardId;
  await expect.poll(added).toBeDefined();
  const boardId = String(await added());
  const consoleId = `${boardId}.main`;
  await expect(window.board(boardId)).toHaveAttribute('aria-current', 'true');
  await window.expectPower('off');

  await window.powerSwitch.click();
  await window.expectPower('on');
  await window.expectText(consoleId, uboot);
  await window.expectText(consoleId, 'Hit any key to stop autoboot');
  await window.type(consoleId, ' ');
  await window.expectPrompt(consoleId);

  const before = await window.text(consoleId);
  await window.type(consoleId, 'version\r');
  await expect
    .poll(async () => (await window.text(consoleId)).slice(before.length), { timeout: 20_000 })
    .toMatch(uboot);

  for (const led of [1, 2, 3] as const) {
    await expect(window.led(led)).toHaveAttribute('aria-pressed', 'false');
    await window.led(led).click();
    await expect(window.led(led)).toHaveAttribute('aria-pressed', 'true');
  }
  expect((await desktop.lab.power(boardId)).leds).toEqual([true, true, true]);
  await window.led(2).click();
  await expect(window.led(2)).toHaveAttribute('aria-pressed', 'false');
  expect(await desktop.lab.power(boardId)).toMatchObject({ leds: [true, false, true], state: 'on' });

  await window.powerSwitch.click();
  await window.expectPower('off');
  expect(await desktop.lab.power(boardId)).toMatchObject({ leds: [true, false, true], state: 'off' });
  await window.expectWholeRecording(consoleId, desktop.lab);
});

test('a reload in the middle of the output loses not one byte', async ({ desktop }) => {
  const { lab } = desktop;
  const window = await desktop.firstWindow();
  await lab.addBoard({ name: 'u', virtual: 'qemu' });
  await window.select('u');
  await window.powerSwitch.click();
  await window.expectText('u.main', 'autoboot');
  await window.type('u.main', ' ');
  await window.expectPrompt('u.main');
  await window.expectWholeRecording('u.main', lab);

  await window.type('u.main', `${longOutput}\r`);
  await window.expectText('u.main', '40000100: ');
  await window.page.reload();
  await window.expectConnected();
  await expect.poll(() => lab.output('u.main'), { timeout: 20_000 }).toContain(lastLine);
  await window.expectText('u.main', lastLine);
  await window.expectWholeRecording('u.main', lab);
  await window.expectPower('on');
});

test('a second window shows every byte and the same power, and both follow', async ({ desktop }) => {
  const { lab } = desktop;
  const first = await desktop.firstWindow();
  await first.select('virtual-1');
  await first.powerSwitch.click();
  await first.expectText('virtual-1.main', 'autoboot');
  await first.type('virtual-1.main', ' ');
  await first.expectPrompt('virtual-1.main');

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
