import type { Page } from '@playwright/test';
import { BenchWindow } from './fixtures/benchWindow.ts';
import { expect, test } from './fixtures/browserTest.ts';

test('everything is reached by keyboard alone, and where the focus is can be seen', async ({
  page,
  host,
}) => {
  await page.goto(host.address);
  const window = new BenchWindow(page);
  await window.expectConnected();
  const { keyboard } = page;
  /** Presses Tab until the wanted place has the focus; every stop on the way shows that it has it. */
  const tabTo = async (place: ReturnType<Page['getByTestId']>) => {
    for (let stops = 0; stops < 30; stops++) {
      await keyboard.press('Tab');
      const shown = await page.evaluate(() => {
        const focused = document.activeElement;
        if (!(focused instanceof HTMLElement) || focused === document.body) return 'nowhere';
        const { outlineStyle, outlineWidth, boxShadow } = getComputedStyle(focused);
        const visible = (outlineStyle !== 'none' && outlineWidth !== '0px') || boxShadow !== 'none';
        return visible ? 'visible' : focused.outerHTML.slice(0, 120);
      });
      expect(['visible', 'nowhere'], 'the focused control looks focused').toContain(shown);
      if (await place.evaluate((element) => element === document.activeElement)) return;
    }
    throw new Error(`thirty Tabs do not lead to ${place}`);
  };

  await host.lab.addBoard({ name: 'other', virtual: 'sim' });
  await tabTo(window.board('other'));
  await keyboard.press('ArrowDown');
  await expect(window.board('virtual-1')).toBeFocused();
  await keyboard.press('Enter');
  await expect(window.board('virtual-1')).toHaveAttribute('aria-current', 'true');
  await tabTo(window.led(1));
  await keyboard.press('Space');
  await expect(window.led(1)).toHaveAttribute('aria-pressed', 'true');
  await tabTo(window.powerSwitch);
  await keyboard.press('Space');
  await window.expectPower('on');
  await expect(window.powerSwitch).toBeFocused();

  await keyboard.press('Control+Shift+Enter');
  await window.expectText('virtual-1.main', 'autoboot');
  await keyboard.press('Space');
  await window.expectPrompt('virtual-1.main');
  // Tab belongs to the board now; only Ctrl+Shift with another key is the window's.
  await keyboard.type('ver');
  await keyboard.press('Tab');
  await keyboard.type('sion\n');
  await window.expectText('virtual-1.main', /version|ver\s*sion/);
  await keyboard.press('Control+Shift+L');
  await expect(window.board('virtual-1')).toBeFocused();

  await keyboard.press('Control+Shift+P');
  await expect(window.palette.getByPlaceholder('What do you want to do?')).toBeFocused();
  await keyboard.type('toggle power');
  await keyboard.press('Enter');
  await window.expectPower('off');
  await keyboard.press('Control+Shift+P');
  await keyboard.press('Escape');
  await expect(window.palette.getByPlaceholder('What do you want to do?')).toBeHidden();
});
