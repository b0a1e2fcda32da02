import type { Page } from '@playwright/test';
import type { Board, Port } from '../../main/contract/index.ts';
import { expectAccessible } from './fixtures/accessibility.ts';
import { BenchWindow } from './fixtures/benchWindow.ts';
import { test as browserTest, expect } from './fixtures/browserTest.ts';
import { expectTidy } from './fixtures/layout.ts';
import { ch340, ftdi, PluggedBench } from './fixtures/pluggedBench.ts';

const test = browserTest.extend<{ bench: PluggedBench }>({
  // biome-ignore lint/correctness/noEmptyPattern: Playwright reads the pattern to know what a fixture needs
  bench: async ({}, use) => {
    const bench = await PluggedBench.start();
    await use(bench);
    await bench.stop();
  },
});
test.use({ reducedMotion: 'reduce' });

const console1 = { ...ftdi, serial: 'A5069RR4' };
const cable = { vendorId: '2341', productId: '8036', product: 'ACM power cable', serial: 'PC7' };
const gadget = {
  vendorId: '0451',
  productId: '6142',
  manufacturer: 'Texas Instruments',
  product: 'AM335x USB',
  serial: 'BBB1',
};
const gadgetSocket = 'pci-0000:00:14.0-usb-0:1.2';
const dual = { ...ftdi, productId: '6010', product: 'Dual RS232-HS', serial: 'B2' };

/** Fills the hub, and waits until the core has seen it. */
async function plugIn({ usb, lab }: PluggedBench): Promise<void> {
  usb.plugSerial('1-1.3', console1);
  usb.plugSerial('1-1.1', cable);
  usb.plugSerial('1-1.4', dual, 2);
  await expect.poll(async () => (await lab.json<Port[]>('GET', '/ports')).length).toBe(4);
}

async function openTeaching(page: Page, bench: PluggedBench): Promise<void> {
  await page.goto(bench.address);
  await new BenchWindow(page).expectConnected();
  await page.goto(`${bench.url}/#/ports`);
  await page.getByTestId('board-list').getByRole('button', { name: 'Add' }).click();
  await page.getByTestId('add-by-teaching').click();
  await expect(ask(page)).toHaveText("Unplug the board's console cable now.");
}

const ask = (page: Page) => page.getByTestId('teach-ask');
const seen = (page: Page) => page.getByTestId('teach-sights');

/** Pulls what is in a socket, and plugs it in again once asked to. */
async function pull(page: Page, { usb }: PluggedBench, name: string, device: typeof cable): Promise<void> {
  usb.unplug(name);
  await expect(ask(page)).toContainText('plug it back in');
  usb.plugSerial(name, device);
  await expect(ask(page)).toContainText('Found: ');
}

/** As `pull`, for a board's own USB plug: no serial port comes with it. */
async function pullBoard(page: Page, { usb }: PluggedBench, name: string): Promise<void> {
  usb.unplug(name);
  await expect(ask(page)).toContainText('plug it back in');
  usb.plug(name, gadget);
  await expect(ask(page)).toContainText('Found: ');
}

test('console, power cable and hub port are pulled one after the other, and become one named board', async ({
  page,
  bench,
}) => {
  await plugIn(bench);
  bench.usb.plug('1-1.2', gadget);
  await openTeaching(page, bench);
  bench.usb.unplug('1-1.3');
  await expect(seen(page)).toContainText('UnpluggedFTDI FT232R USB UART (A5069RR4)');
  await expect(ask(page)).toContainText('is gone: plug it back in');
  bench.usb.plugSerial('1-1.3', console1);
  await expect(ask(page)).toContainText('Found: FTDI FT232R USB UART (A5069RR4) at ');
  await expect(page.getByTestId('teach-said')).toContainText('Found: ');
  await expect(page.getByTestId('teach-step-console')).toContainText('found');

  await page.getByTestId('teach-next').click();
  await expect(ask(page)).toContainText('power cable');
  await pull(page, bench, '1-1.1', cable);
  await page.getByTestId('teach-next').click();
  await expect(ask(page)).toContainText('at its hub');
  await pullBoard(page, bench, '1-1.2');
  await page.getByTestId('teach-next').click();

  // What each will be is said before it is bound.
  const found = page.getByTestId('teach-found').getByRole('listitem');
  await expect(found).toHaveText([/^Consoleis bound/, /^Power cableswitches it/, /^Hub portis a witness/]);
  await page.getByText('the hub port', { exact: true }).click();
  await expect(found).toHaveText([/^Consoleis bound/, /^Power cableis left out/, /^Hub portswitches it/]);
  await expect(page.getByTestId('teach-witness')).toHaveCount(0);
  await page.getByText('the power cable', { exact: true }).click();
  await expect(page.getByTestId('teach-witness')).toBeChecked();

  await page.getByLabel('Name', { exact: true }).fill('virtual-1');
  await page.getByTestId('teach-finish').click();
  await expect(page.getByText('Another board has this name.')).toBeVisible();
  await page.getByLabel('Name', { exact: true }).fill('beagle');
  await page.getByTestId('teach-finish').click();
  await expect(page.getByRole('dialog')).toBeHidden();
  await expect(new BenchWindow(page).board('beagle')).toHaveAttribute('aria-current', 'true');
  expect(await bench.lab.json<Board>('GET', '/boards/beagle')).toMatchObject({
    consoles: [{ name: 'main', baudRate: 115_200, match: { by: 'serial', value: 'A5069RR4' } }],
    power: { kind: 'acm-cable', match: { by: 'serial', value: 'PC7' } },
    usbSocket: gadgetSocket,
  });
});

test("where a board's own USB plug is stands in its inspector, and is chosen anew or left open", async ({
  page,
  bench,
}) => {
  bench.usb.plug('1-1.2', gadget);
  await bench.lab.addBoard({ name: 'beagle', usbSocket: gadgetSocket });
  await page.goto(bench.address);
  const window = new BenchWindow(page);
  await window.expectConnected();
  await window.board('beagle').click();
  await page.getByTestId('inspector-toggle').click();
  await expect(page.getByTestId('bound-socket')).toContainText(/port 2AM335x USB/);
  bench.usb.unplug('1-1.2');
  await expect(page.getByTestId('bound-socket')).toContainText('Nothing is there now');

  const choose = async (name: string | RegExp) => {
    await page.getByTestId('edit-connections').click();
    await page.getByTestId('usb-socket').click();
    await page.getByRole('option', { name }).click();
    await page.getByTestId('save-connections').click();
    await expect(page.getByRole('dialog')).toBeHidden();
    return (await bench.lab.json<Board>('GET', '/boards/beagle')).usbSocket;
  };
  expect(await choose(/^None/)).toBeNull();
  await expect(page.getByTestId('bound-socket')).toHaveCount(0);
  expect(await choose(/Hub.*port 4/)).toBe('pci-0000:00:14.0-usb-0:1.4');
});

test('a hub port found for a board that has an outlet takes no place of it, and need not be a witness', async ({
  page,
  bench,
}) => {
  await plugIn(bench);
  bench.usb.plug('1-1.2', gadget);
  const outlet = { kind: 'command', on: ['/bin/true'], off: ['/bin/true'] };
  await bench.lab.addBoard({ name: 'router', consoles: [], power: outlet });
  const teachHubPort = async (isWitness: boolean) => {
    await openTeaching(page, bench);
    await page.getByTestId('teach-skip').click();
    await expect(ask(page)).toContainText('power cable');
    await page.getByTestId('teach-skip').click();
    await expect(ask(page)).toContainText('at its hub');
    await pullBoard(page, bench, '1-1.2');
    await page.getByTestId('teach-next').click();
    await page.getByText('One that exists', { exact: true }).click();
    await expect(page.getByTestId('teach-found')).toContainText('is a witness');
    if (!isWitness) {
      await page.getByTestId('teach-witness').uncheck();
      await expect(page.getByTestId('teach-found')).toContainText('is left out');
    }
    await page.getByTestId('teach-finish').click();
    await expect(page.getByRole('dialog')).toBeHidden();
    return await bench.lab.json<Board>('GET', '/boards/router');
  };
  expect(await teachHubPort(false)).toMatchObject({ power: outlet, usbSocket: null });
  expect(await teachHubPort(true)).toMatchObject({ power: outlet, usbSocket: gadgetSocket });
});

test('a board is taught by keyboard alone', async ({ page, bench }) => {
  await plugIn(bench);
  await page.goto(bench.address);
  await new BenchWindow(page).expectConnected();
  await page.keyboard.press('Control+Shift+P');
  await page.getByPlaceholder('What do you want to do?').fill('Teach a board');
  await expect(page.getByTestId('palette').getByText(/^Teach a board/)).toBeVisible();
  await page.keyboard.press('Enter');
  await expect(ask(page)).toContainText('Unplug');
  // A stray Enter leaves nothing out.
  await expect(ask(page)).toBeFocused();
  await page.keyboard.press('Enter');
  await pull(page, bench, '1-1.3', console1);
  await expect(page.getByTestId('teach-next')).toBeFocused();
  await page.keyboard.press('Enter');
  for (const step of ['cable', 'socket'] as const) {
    await expect(page.getByTestId(`teach-step-${step}`)).toHaveAttribute('aria-current', 'step');
    await expect(ask(page)).toBeFocused();
    await page.keyboard.press('Tab');
    if (
      await seen(page)
        .getByRole('list')
        .evaluate((list) => list === document.activeElement)
    )
      await page.keyboard.press('Tab');
    await expect(page.getByTestId('teach-skip')).toBeFocused();
    await page.keyboard.press('Enter');
  }
  await expect(page.getByLabel('Name', { exact: true })).toBeFocused();
  await page.keyboard.type('bee');
  await page.keyboard.press('Enter');
  await expect(page.getByRole('dialog')).toBeHidden();
  expect(await bench.lab.json<Board>('GET', '/boards/bee')).toMatchObject({ power: null });
});

test('of several that went at once one chooses; whose it is already is said, and it stays there', async ({
  page,
  bench,
}) => {
  await plugIn(bench);
  await bench.lab.addBoard({
    name: 'router',
    consoles: [{ match: { by: 'serial', value: 'A5069RR4', vendorId: '0403', productId: '6001' } }],
  });
  await openTeaching(page, bench);
  bench.usb.unplug('1-1.3');
  bench.usb.unplug('1-1.4');
  await expect(ask(page)).toContainText('went at once');
  bench.usb.plugSerial('1-1.3', console1);
  bench.usb.plugSerial('1-1.4', dual, 2);
  await expect(page.getByText('choose which of them is meant')).toHaveCount(2);
  const taken = page.getByRole('button', { name: /A5069RR4/ });
  await expect(taken).toContainText('Bound already, as router: console main');
  await taken.click();
  await page.getByTestId('teach-next').click();
  await page.getByTestId('teach-skip').click();
  await expect(ask(page)).toContainText('at its hub');
  await page.getByTestId('teach-skip').click();
  // It goes where it is, unless one says otherwise; and that is refused.
  await expect(page.getByTestId('teach-finish')).toHaveText('Bind into it');
  await page.getByText('A new board', { exact: true }).click();
  await page.getByTestId('teach-finish').click();
  await expect(page.getByRole('dialog').getByTestId('problem')).toContainText('router');
  await page.getByText('One that exists', { exact: true }).click();
  await page.getByTestId('teach-finish').click();
  await expect(page.getByRole('dialog')).toBeHidden();
  const boards = await bench.lab.boards();
  expect(boards.map(({ name }) => name as string).sort()).toEqual(['router', 'virtual-1']);
});

test('a reloaded window goes on teaching; closed, it is taken up again; started over, nothing is left', async ({
  page,
  bench,
}) => {
  await plugIn(bench);
  await openTeaching(page, bench);
  bench.usb.unplug('1-1.3');
  await expect(ask(page)).toContainText('plug it back in');
  await page.reload();
  await expect(ask(page)).toContainText('plug it back in');
  // Elsewhere: it is learned where it is now.
  bench.usb.plugSerial('1-1.2', console1);
  await expect(ask(page)).toContainText('port 2');
  await expect(seen(page)).toContainText('Moved');

  await page.keyboard.press('Escape');
  await expect(page.getByRole('dialog')).toBeHidden();
  await page.reload();
  await new BenchWindow(page).expectConnected();
  await expect(page.getByRole('dialog')).toBeHidden();
  await page.getByTestId('board-list').getByRole('button', { name: 'Add' }).click();
  await page.getByTestId('add-by-teaching').click();
  await expect(page.getByTestId('teach-found')).toContainText('A5069RR4');
  await page.getByTestId('teach-start-over').click();
  await expect(ask(page)).toContainText('Unplug');
  await expect(page.getByTestId('teach-step-console')).toContainText('now');
  expect((await bench.lab.boards()).map(({ name }) => name as string)).toEqual(['virtual-1']);
});

test('ports and hubs say where each is plugged, clones are told, and a hub is named where it stands', async ({
  page,
  bench,
}) => {
  await page.goto(`${bench.address}`);
  await new BenchWindow(page).expectConnected();
  await page.goto(`${bench.url}/#/ports`);
  await expect(page.getByTestId('ports-teach')).toBeVisible();
  bench.usb.plugSerial('1-1.3', { ...ftdi, serial: '0001' });
  bench.usb.plugSerial('1-1.4', { ...ftdi, serial: '0001' });
  bench.usb.plugSerial('1-2', ch340);
  await expect(page.getByText('same serial number as another')).toHaveCount(2);

  await page.getByRole('tab', { name: 'Serial ports' }).focus();
  await page.keyboard.press('ArrowRight');
  await expect(page.getByRole('heading', { name: 'USB hubs', level: 1 })).toBeVisible();
  const hub = page.getByTestId('hub-pci-0000:00:14.0-usb-0:1');
  await hub.getByTestId('name-hub').click();
  await page.keyboard.type('desk hub');
  await page.keyboard.press('Enter');
  await expect(hub.getByRole('heading', { name: 'desk hub' })).toBeVisible();
  await expect(hub.getByTestId('socket-pci-0000:00:14.0-usb-0:1.3')).toContainText('0001');
  await page.getByRole('tab', { name: 'Serial ports' }).click();
  await expect(page.getByTestId('port-place').filter({ hasText: 'desk hub, port 3' })).toHaveCount(1);

  await page.getByRole('button', { name: /^Make a board of USB Serial/ }).click();
  const dialog = page.getByTestId('add-board-dialog');
  await expect(dialog).toContainText('It has no serial number: Labdeck knows it by its socket.');
  await dialog.getByTestId('add-board-submit').click();
  await expect(page.getByRole('dialog')).toBeHidden();
  // Moved while it has no serial number: where it may be is offered, never taken.
  bench.usb.unplug('1-2');
  bench.usb.plugSerial('1-1.2', ch340);
  await page.keyboard.press('Control+Shift+P');
  await page.getByPlaceholder('What do you want to do?').fill('Edit connections');
  await expect(page.getByTestId('palette').getByText('Edit connections')).toBeVisible();
  await page.keyboard.press('Enter');
  await expect(page.getByText('USB Serial at desk hub, port 2 may be it.')).toBeVisible();
  await page.getByRole('button', { name: 'Use that one' }).click();
  await page.getByTestId('save-connections').click();
  await expect(page.getByRole('dialog')).toBeHidden();
  const [board] = (await bench.lab.boards()).filter(({ virtual }) => virtual === null);
  expect(board?.consoles[0]?.match).toMatchObject({ by: 'socket', value: 'pci-0000:00:14.0-usb-0:1.2' });
});

test('axe finds nothing wrong with teaching, ports and hubs, dark or light, and small windows hold them', async ({
  page,
  bench,
}) => {
  await plugIn(bench);
  await openTeaching(page, bench);
  const views: readonly (readonly [string, () => Promise<void>])[] = [
    ['waiting for a cable', async () => undefined],
    ['a console found', () => pull(page, bench, '1-1.3', console1)],
    [
      'the name',
      async () => {
        for (const step of ['cable', 'socket'] as const) {
          await page.getByTestId(step === 'cable' ? 'teach-next' : 'teach-skip').click();
          await expect(page.getByTestId(`teach-step-${step}`)).toHaveAttribute('aria-current', 'step');
          await expect(page.getByTestId('teach-skip')).toBeVisible();
        }
        await page.getByTestId('teach-skip').click();
        await expect(page.getByTestId('teach-finish')).toBeVisible();
      },
    ],
    [
      'the ports',
      async () => {
        await page.keyboard.press('Escape');
        await page.goto(`${bench.url}/#/ports`);
        await expect(page.getByTestId('port-place')).toHaveCount(4);
      },
    ],
    [
      'the hubs',
      async () => {
        await page.goto(`${bench.url}/#/usb`);
        await expect(page.getByTestId('usb-tree')).toBeVisible();
      },
    ],
  ];
  for (const [name, open] of views) {
    await page.setViewportSize({ width: 1280, height: 800 });
    await open();
    for (const theme of ['dark', 'light'] as const) {
      await bench.lab.changeSettings({ theme });
      await expect(page.locator('html')).toHaveAttribute('data-mantine-color-scheme', theme);
      await expectAccessible(page, `${name}, ${theme}`);
    }
    await page.setViewportSize({ width: 800, height: 600 });
    await expectTidy(page, name);
  }
});
