import type { Page } from '@playwright/test';
import { BenchWindow } from './fixtures/benchWindow.ts';
import { expect, type Host, test } from './fixtures/browserTest.ts';
import {
  addQemuBoard,
  askVersion,
  bootToPrompt,
  longOutput,
  longOutputLines,
  tryLeds,
  ubootBanner,
} from './fixtures/flows.ts';

async function openBench(page: Page, host: Host): Promise<BenchWindow> {
  await page.goto(host.address);
  const window = new BenchWindow(page);
  await window.expectConnected();
  return window;
}

test('the printed address opens the bench, and its token is nowhere to be found afterwards', async ({
  page,
  host,
  browser,
}) => {
  console.log(`Chromium ${browser.version()}`);
  const window = await openBench(page, host);
  await expect(window.board('virtual-1')).toBeVisible();
  await window.expectPower('off');
  expect(page.url()).not.toContain('token');
  const kept = await page.evaluate(() =>
    JSON.stringify([
      { ...localStorage },
      { ...sessionStorage },
      document.cookie,
      document.documentElement.outerHTML,
    ]),
  );
  expect(kept).not.toContain(host.token);
  await page.goBack().catch(() => null);
  expect(page.url()).not.toContain('token');
});

test('in a browser too a real U-Boot is two clicks away, answers what is typed, and obeys its switch and its LEDs', async ({
  page,
  host,
}) => {
  const window = await openBench(page, host);
  const boardId = await addQemuBoard(window, host.lab);
  const consoleId = `${boardId}.main`;
  await bootToPrompt(window, consoleId);
  await window.expectText(consoleId, ubootBanner);
  await window.expectPower('on');
  await askVersion(window, consoleId);
  await tryLeds(window, boardId, host.lab);
  await window.powerSwitch.click();
  await window.expectPower('off');
  await window.expectWholeRecording(consoleId, host.lab);
});

test('a reload in the middle of the output and a second tab show every byte, without a token', async ({
  page,
  context,
  host,
}) => {
  const window = await openBench(page, host);
  await host.lab.addBoard({ name: 'u', virtual: 'qemu' });
  await window.select('u');
  await bootToPrompt(window, 'u.main');
  await window.type('u.main', `${longOutput}\r`);
  await window.expectText('u.main', '40000100: ');
  await page.reload();
  await window.expectConnected();
  await expect.poll(() => host.lab.output('u.main')).toContain(longOutputLines.at(-1) ?? 'none');
  await window.expectPrompt('u.main');
  await window.expectWholeRecording('u.main', host.lab);

  const second = new BenchWindow(await context.newPage());
  await second.page.goto(host.url);
  await second.expectConnected();
  await second.select('u');
  await second.expectPower('on');
  await second.expectWholeRecording('u.main', host.lab);
  await second.led(1).click();
  await expect(window.led(1)).toHaveAttribute('aria-pressed', 'true');
  await second.powerSwitch.click();
  await window.expectPower('off');
});

test('without a token there is the token page and nothing else; the pasted address opens the bench', async ({
  page,
  host,
}) => {
  await page.goto(host.url);
  await expect(page.getByTestId('token-page')).toBeVisible();
  await expect(page.getByTestId('board-list')).toHaveCount(0);
  const field = page.getByLabel('Access token');
  await field.fill('not-the-token');
  await field.press('Enter');
  await expect(page.getByTestId('token-page')).toContainText('not accepted');
  await field.fill(host.address);
  await field.press('Enter');
  const window = new BenchWindow(page);
  await window.expectConnected();
  await expect(window.board('virtual-1')).toBeVisible();
  expect(page.url()).not.toContain(host.token);
});

test('a wrong token in the address leads to the token page, and leaves the address bar as well', async ({
  page,
  host,
}) => {
  await page.goto(`${host.url}/#token=${'x'.repeat(43)}`);
  await expect(page.getByTestId('token-page')).toBeVisible();
  expect(page.url()).not.toContain('token');
  await expect(page.getByTestId('board-list')).toHaveCount(0);
});

for (const signal of ['SIGTERM', 'SIGKILL'] as const)
  test(`a host that ends by ${signal} and starts anew asks for its new token, then the page goes on where it was`, async ({
    page,
    host,
  }) => {
    const window = await openBench(page, host);
    await window.select('virtual-1');
    await bootToPrompt(window, 'virtual-1.main');
    await window.expectWholeRecording('virtual-1.main', host.lab);
    await page.evaluate(() => Reflect.set(globalThis, 'sameDocument', true));

    // A kill may cost what was printed in the last 200 ms: the prompt is to be older than that.
    await page.waitForTimeout(500);
    await host.restart(signal);
    // Sessions end with the host that gave them: the page can't know that the new one may be trusted.
    await expect(page.getByTestId('token-page')).toBeVisible({ timeout: 30_000 });
    await page.getByLabel('Access token').fill(host.token);
    await page.getByRole('button', { name: 'Open' }).click();
    await window.expectConnected();
    expect(await page.evaluate(() => Reflect.get(globalThis, 'sameDocument'))).toBe(true);
    await expect(window.board('virtual-1')).toHaveAttribute('aria-current', 'true');
    // A clean end leaves virtual boards dark; a killed host could not, so they go on.
    await window.expectPower(signal === 'SIGTERM' ? 'off' : 'on');
    await window.expectWholeRecording('virtual-1.main', host.lab);
    await window.powerSwitch.click();
    await window.expectPower(signal === 'SIGTERM' ? 'on' : 'off');
  });
