import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from './fixtures/desktopTest.ts';

test('a desktop window saves an export where its user says, byte for byte', async ({ desktop, dataDir }) => {
  const window = await desktop.firstWindow();
  await desktop.lab.switchPower('virtual-1', 'on');
  await window.expectText('virtual-1.main', 'login:');
  const saved = join(dataDir, 'saved.raw');
  // In place of the system's own file dialog, which nobody could answer here.
  await desktop.app.evaluate(({ session }, path) => {
    session.defaultSession.once('will-download', (_event, item) => item.setSavePath(path));
  }, saved);
  await window.page.getByTestId('export-menu').click();
  await window.page
    .getByRole('menuitem', { name: /Raw bytes/ })
    .first()
    .click();
  const recording = await desktop.lab.recording('virtual-1.main');
  expect(recording.length).toBeGreaterThan(1000);
  await expect
    .poll(async () => (await readFile(saved).catch(() => Buffer.alloc(0))).equals(recording))
    .toBe(true);
});
