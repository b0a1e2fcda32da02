import { expect, test } from './fixtures/desktopTest.ts';
import { isAlive } from './fixtures/scratch.ts';

test('somebody who quits while a script holds a console is asked, and keeps running if they say so', async ({
  desktop,
}) => {
  await desktop.firstWindow();
  const { lab, app } = desktop;
  await lab.json('POST', '/consoles/virtual-1.main/lease', { why: 'flashing' });
  await app.evaluate(({ dialog }) => {
    const asked: (string | undefined)[] = [];
    Object.assign(globalThis, { asked });
    dialog.showMessageBox = (async (options: Electron.MessageBoxOptions) => {
      asked.push(options.detail);
      return { response: options.cancelId ?? 0, checkboxChecked: false };
    }) as typeof dialog.showMessageBox;
  });

  await app.evaluate(({ app }) => app.quit());
  await expect
    .poll(() => app.evaluate(() => (globalThis as unknown as { asked: string[] }).asked))
    .toEqual(['a script has virtual-1.main: flashing']);
  expect((await lab.about()).host).toBe('desktop');

  // Nobody holds it any more: the end of this test is not asked about.
  await lab.json('POST', '/consoles/virtual-1.main/lease', { takeOver: true, forMs: 1_000 });
  await expect.poll(async () => (await lab.consoles('virtual-1'))[0]?.lease, { timeout: 10_000 }).toBeNull();
});

test('a session that ends is not argued with, however busy the bench is', async ({ desktop }) => {
  await desktop.firstWindow();
  await desktop.lab.json('POST', '/consoles/virtual-1.main/lease', { why: 'flashing' });
  const { pid } = await desktop.lab.about();
  process.kill(await desktop.app.evaluate(() => process.pid), 'SIGTERM');
  await expect.poll(() => isAlive(pid)).toBe(false);
});
