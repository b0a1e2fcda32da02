import type { Page } from '@playwright/test';

/** LAVA's own login page, filled in as a person would. */
export async function logIn(
  page: Page,
  { url, username, password }: { url: string; username: string; password: string },
): Promise<void> {
  await page.goto(new URL('accounts/login/', url).href);
  await page.fill('input[name="username"]', username);
  await page.fill('input[name="password"]', password);
  await Promise.all([
    page.waitForURL((at) => !at.pathname.includes('login')),
    page.press('input[name="password"]', 'Enter'),
  ]);
}
