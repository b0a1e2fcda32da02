import type { BenchWindow } from './fixtures/benchWindow.ts';
import { expect, test } from './fixtures/cableTest.ts';
import type { Desktop } from './fixtures/desktop.ts';
import { askVersion, bootToPrompt, longOutput, longOutputLines } from './fixtures/flows.ts';
import { isAlive, processesOf } from './fixtures/scratch.ts';

async function corePid(desktop: Desktop): Promise<number> {
  const { pid } = await desktop.lab.about();
  const { type } = (await desktop.processes()).find((each) => each.pid === pid) ?? {};
  expect(type, 'the core has a process of its own').toBe('Utility');
  return pid;
}

/** Kills the core and waits for the next one to answer; notes what the window said meanwhile. */
async function killCore(desktop: Desktop, window: BenchWindow, signal: 'SIGKILL' | 'SIGSTOP'): Promise<void> {
  const pid = await corePid(desktop);
  await window.coreState.evaluate((element) => {
    const seen: string[] = [];
    Object.assign(globalThis, { seenCoreStates: seen, sameDocument: true });
    new MutationObserver(() => seen.push(element.getAttribute('data-state') ?? '')).observe(element, {
      attributes: true,
      attributeFilter: ['data-state'],
    });
  });
  process.kill(pid, signal);
  await expect
    .poll(
      () =>
        desktop.lab.about().then(
          (about) => about.pid !== pid,
          () => false,
        ),
      { timeout: 40_000 },
    )
    .toBe(true);
  expect(isAlive(pid)).toBe(false);
  const told = () =>
    window.page.evaluate(() => ({
      states: Reflect.get(globalThis, 'seenCoreStates') as string[],
      sameDocument: Reflect.get(globalThis, 'sameDocument') === true,
    }));
  await expect.poll(told).toEqual({ states: ['reconnecting', 'connected'], sameDocument: true });
}

test('a killed core comes back by itself: windows recover, boards keep power, no cable hears a thing', async ({
  desktop,
  dataDir,
  uboot,
}) => {
  const { lab } = desktop;
  const window = await desktop.firstWindow();
  await lab.addBoard({ name: 'q', virtual: 'qemu' });
  await lab.addBoard(uboot.binding('c'));
  await window.select('c');
  await bootToPrompt(window, 'c.main');
  await window.led(2).click();
  await expect(window.led(2)).toHaveAttribute('aria-pressed', 'true');
  await window.select('q');
  await bootToPrompt(window, 'q.main');
  const second = await desktop.openWindow();
  await second.select('c');
  await second.expectPrompt('c.main');

  const emulators = async () => (await processesOf(dataDir)).filter(({ command }) => /qemu/.test(command));
  const before = {
    qemu: (await emulators()).map(({ pid }) => pid),
    uboot: uboot.pid,
    heard: [...uboot.cable.received],
    q: await window.text('q.main'),
    c: await second.text('c.main'),
  };
  expect(before.qemu).toHaveLength(1);

  await killCore(desktop, window, 'SIGKILL');

  await second.expectConnected();
  expect((await emulators()).map(({ pid }) => pid)).toEqual(before.qemu);
  expect(uboot.pid).toBe(before.uboot);
  await window.expectPower('on');
  expect(await lab.power('q')).toMatchObject({ commanded: 'on', known: 'on' });
  expect(await lab.power('c')).toMatchObject({ commanded: 'on', leds: [false, true, false] });
  await expect(second.led(2)).toHaveAttribute('aria-pressed', 'true');

  await askVersion(window, 'q.main');
  await askVersion(second, 'c.main');
  await second.expectPower('on');
  expect((await window.text('q.main')).startsWith(before.q)).toBe(true);
  expect((await second.text('c.main')).startsWith(before.c)).toBe(true);
  await window.expectWholeRecording('q.main', lab);
  await second.expectWholeRecording('c.main', lab);
  expect(uboot.cable.received).toEqual(before.heard);
  expect(uboot.cable.garbage).toEqual([]);
});

test('a core killed while an emulated board prints doubles no line, and loses at most the last moment before', async ({
  desktop,
}) => {
  const { lab } = desktop;
  const window = await desktop.firstWindow();
  await lab.addBoard({ name: 'q', virtual: 'qemu' });
  await window.select('q');
  await bootToPrompt(window, 'q.main');
  await window.type('q.main', `${longOutput}\r`);
  await window.expectText('q.main', '40000200: ');
  await killCore(desktop, window, 'SIGKILL');
  await window.expectText('q.main', '40007ff0: ');
  await window.expectPrompt('q.main');
  const shown = [...(await window.text('q.main')).matchAll(/^(4000[0-9a-f]{4}): /gm)].map(([, line]) => line);
  expect(shown).toEqual([...new Set(shown)].sort());
  // What the recorder had not yet handed to the kernel died with the core: one hole, of some milliseconds.
  const missing = longOutputLines.flatMap((line, index) => (shown.includes(line) ? [] : [index]));
  const hole = missing.map((_, index) => (missing[0] ?? 0) + index);
  expect(missing).toEqual(hole);
  expect(missing.length).toBeLessThan(longOutputLines.length / 4);
});

test('a core that hangs is ended and started again', async ({ desktop }) => {
  const window = await desktop.firstWindow();
  await window.select('virtual-1');
  await window.powerSwitch.click();
  await window.expectText('virtual-1.main', 'autoboot');
  await killCore(desktop, window, 'SIGSTOP');
  await window.select('virtual-1');
  await window.expectPower('on');
});

test('what was asked of a core that dies is told as failed, and can be asked again', async ({ desktop }) => {
  const window = await desktop.firstWindow();
  await window.select('virtual-1');
  await window.powerSwitch.click();
  await window.expectPower('on');
  // So long that it is surely under way when the core dies.
  await window.page.getByRole('button', { name: 'Off time' }).click();
  await window.page.getByRole('textbox', { name: 'Off time' }).fill('60');
  await window.page.getByRole('button', { name: 'Cycle now' }).click();
  await window.expectPower('off');
  expect((await desktop.lab.power('virtual-1')).busy).toBe(true);
  await killCore(desktop, window, 'SIGKILL');
  await expect(window.page.getByTestId('problem').filter({ hasText: /\S/ })).toBeVisible();
  await expect(window.powerSwitch).toHaveAttribute('aria-disabled', 'false');
  await window.powerSwitch.click();
  await window.expectPower('on');
});
