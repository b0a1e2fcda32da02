import type { Task } from '../../main/contract/index.ts';
import { expectAccessible } from './fixtures/accessibility.ts';
import { BenchWindow } from './fixtures/benchWindow.ts';
import { test as browserTest, expect, Host } from './fixtures/browserTest.ts';
import { expectTidy } from './fixtures/layout.ts';
import { watchPage } from './fixtures/pageProblems.ts';
import { Plug } from './fixtures/plug.ts';
import { powerViews } from './fixtures/powerViews.ts';
import { makeScratch, removeScratch } from './fixtures/scratch.ts';

/** One host and one page for all views, as in views.spec.ts: looking at them changes nothing on the bench. */
const test = browserTest.extend<object, { bench: Host; window: BenchWindow }>({
  bench: [
    // biome-ignore lint/correctness/noEmptyPattern: Playwright reads the pattern to know what a fixture needs
    async ({}, use) => {
      const dataDir = await makeScratch();
      const plug = await Plug.start('sesame');
      const host = await Host.start(dataDir);
      await furnish(host, plug);
      await use(host);
      await host.stop();
      await plug.stop();
      await removeScratch(dataDir);
    },
    { scope: 'worker' },
  ],
  window: [
    async ({ browser, bench }, use) => {
      const page = await browser.newPage({ reducedMotion: 'reduce', viewport: ordinarySize });
      page.setDefaultTimeout(15_000);
      const problems: string[] = [];
      watchPage(page, problems);
      await page.goto(bench.address);
      const window = new BenchWindow(page);
      await window.expectConnected();
      await use(window);
      await page.close();
      expect(problems).toEqual([]);
    },
    { scope: 'worker' },
  ],
});
test.use({ reducedMotion: 'reduce' });

const ordinarySize = { width: 1280, height: 800 };
const otherSizes = [
  { width: 800, height: 600 },
  { width: 2560, height: 1440 },
];

/** An outlet found to lie, a metered one, two boards that lose their power together. */
async function furnish({ lab }: Host, plug: Plug): Promise<void> {
  await lab.addBoard({
    name: 'liar',
    virtual: 'sim',
    displayName: 'Router prototype, rev. C',
    power: { kind: 'virtual', behaviour: 'lies' },
    powerPolicy: { nameplateWatts: 60 },
    ledLanguage: { enabled: true },
  });
  for (const name of ['gang-a', 'gang-b'])
    await lab.addBoard({ name, virtual: 'sim', power: { kind: 'virtual', gang: 'left' } });
  await lab.addBoard({
    name: 'metered',
    consoles: [],
    power: { kind: 'tasmota', url: plug.url, user: 'admin' },
    powerPolicy: { idleOffMinutes: 600 },
  });
  await lab.json('PUT', '/boards/metered/power/secret', { secret: plug.password });
  for (const name of ['liar', 'gang-a', 'gang-b', 'metered']) await lab.switchPower(name, 'on');
  await expect.poll(() => lab.output('liar.main'), { timeout: 30_000 }).toContain('login:');
  const { taskId } = await lab.json<Task>('POST', '/boards/liar/power/test', { offMs: 2000, bootMs: 2000 });
  const ended = async () => (await lab.json<Task>('GET', `/tasks/${taskId}`)).state;
  await expect.poll(ended, { timeout: 60_000 }).toBe('succeeded');
  await expect.poll(async () => (await lab.power('liar')).verdict?.outcome).toBe('lies');
}

for (const { name, open } of powerViews)
  test(`${name}: axe finds nothing wrong, dark or light, and in small or large windows all is in its place`, async ({
    window,
    bench,
  }) => {
    const { page } = window;
    await page.setViewportSize(ordinarySize);
    await page.goto(`${bench.url}/#/bench`);
    await page.evaluate(() => localStorage.clear());
    await page.reload();
    await window.expectConnected();
    await open(window);
    for (const theme of ['dark', 'light'] as const) {
      await bench.lab.changeSettings({ theme });
      await expect(page.locator('html')).toHaveAttribute('data-mantine-color-scheme', theme);
      await expectAccessible(page, `${name}, ${theme}`);
    }
    for (const size of otherSizes) {
      await page.setViewportSize(size);
      await expectTidy(page, `${name} at ${size.width} x ${size.height}`);
    }
  });
