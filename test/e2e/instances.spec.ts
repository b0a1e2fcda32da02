import { readFileSync } from 'node:fs';
import type { Page } from '@playwright/test';
import type { Instance } from '../../main/contract/index.ts';
import { expectAccessible } from './fixtures/accessibility.ts';
import { expect, type InstancesLab, test } from './fixtures/instancesTest.ts';
import { expectTidy } from './fixtures/layout.ts';

const state = (page: Page) => page.getByTestId('instance-page').getByTestId('instance-state');

async function shownInstance(lab: InstancesLab, name: string): Promise<Instance> {
  return lab.rest.json<Instance>('GET', `/instances/${name}`);
}

async function openPage(lab: InstancesLab, page: Page, name: string): Promise<void> {
  await lab.open(page, `#/instances/${name}`);
  await expect(page.getByTestId('instance-page')).toBeVisible();
}

async function openTab(page: Page, name: string): Promise<void> {
  await page.getByRole('tab', { name }).click();
  await expect(page.getByRole('tab', { name })).toHaveAttribute('aria-selected', 'true');
}

test.describe('on an engine that works', () => {
  test('one click installs, and shows the made password once', async ({ page, lab }) => {
    await lab.open(page);
    await page.getByTestId('new-instance').click();
    await expect(page.getByLabel('Name', { exact: true })).toHaveValue('home');
    await expect(page.getByTestId('plan')).toContainText('LAVA from Debian forky');
    await page.getByTestId('install').click();

    const ready = page.getByTestId('ready');
    await expect(ready).toBeVisible({ timeout: 60_000 });
    await expect(state(page)).toHaveText('Running');
    const { password, url } = await lab.rest.json<{ password: string; url: string }>(
      'GET',
      '/instances/home/credentials',
    );
    await expect(ready).toContainText(password);

    const [opened] = await Promise.all([page.waitForEvent('popup'), page.getByTestId('open-ready').click()]);
    await expect.poll(() => opened.url()).toContain(url);
    await opened.close();

    await page.reload();
    await expect(state(page)).toHaveText('Running');
    await expect(ready).toHaveCount(0);
    await expect(page.getByTestId('overview')).not.toContainText(password);
    await page.getByRole('button', { name: 'Show', exact: true }).click();
    await expect(page.getByTestId('password')).toHaveText(password);
  });

  test('Enter installs a second one beside the first, under the next name', async ({ page, lab }) => {
    await lab.install('home');
    await lab.open(page);
    await expect(page.getByTestId('instance-home')).toContainText('Running');
    await page.getByTestId('new-instance').click();
    await expect(page.getByLabel('Name', { exact: true })).toHaveValue('home-2');
    await expect(page.getByTestId('plan')).toContainText('the image of another instance');
    await page.getByLabel('Name', { exact: true }).press('Enter');
    await expect(state(page)).toHaveText('Running', { timeout: 60_000 });
    await page.keyboard.press('Control+Shift+S');
    await expect(page.getByTestId('instance-home-2')).toContainText('Running');
  });

  test('a mistake is shown at its field, in a section that opens for it, and answers survive a file', async ({
    page,
    lab,
  }) => {
    await lab.install('home');
    await lab.open(page);
    await page.getByTestId('new-instance').click();
    const dialog = page.getByRole('dialog', { name: 'New instance' });
    await dialog.getByLabel('Name', { exact: true }).fill('home');
    await expect(dialog.getByText('Another instance has this name.')).toBeVisible();
    await dialog.getByLabel('Name', { exact: true }).fill('branch');
    await dialog.getByRole('button', { name: /^Source/ }).click();
    await dialog.getByText('Branch', { exact: true }).click();
    await dialog.getByRole('button', { name: /^Source/ }).click();
    await dialog.getByTestId('install').click();
    const repository = dialog.getByLabel('Repository');
    await expect(repository).toBeFocused();
    await expect(repository).toHaveAttribute('aria-invalid', 'true');
    await repository.fill('/srv/lava.git');
    await dialog.getByRole('button', { name: /^Admin/ }).click();
    await dialog.getByRole('switch', { name: 'Make a password' }).uncheck();
    await dialog.getByLabel('Password', { exact: true }).fill('correct horse battery');

    const [download] = await Promise.all([
      page.waitForEvent('download'),
      dialog.getByTestId('save-answers').click(),
    ]);
    const file = await download.path();
    const answers = readFileSync(file, 'utf8');
    expect(answers).not.toContain('correct horse');
    expect(JSON.parse(answers)).toMatchObject({
      name: 'branch',
      source: { kind: 'branch', repository: '/srv/lava.git' },
    });

    await page.keyboard.press('Escape');
    await page.getByTestId('new-instance').click();
    await dialog.getByTestId('answers-file').setInputFiles(file);
    await expect(dialog.getByLabel('Name', { exact: true })).toHaveValue('branch');
    await expect(dialog.getByRole('button', { name: /^Source/ })).toContainText('lava.git');
  });

  test('one that holds data is removed only by its name', async ({ page, lab }) => {
    await lab.install('home');
    const [container] = [...lab.model.containers.values()];
    container?.instance?.data.jobs.push({ id: 1, definition: '', log: '' });
    await openPage(lab, page, 'home');
    await expect(page.getByTestId('overview')).toContainText('1 job');
    await page.getByTestId('instance-menu').click();
    await page.getByTestId('remove-instance').click();
    const dialog = page.getByRole('dialog', { name: 'Remove home?' });
    await expect(dialog).toContainText('1 job');
    await expect(dialog.getByTestId('confirm')).toBeDisabled();
    await dialog.getByLabel('Type home to remove it').fill('hom');
    await expect(dialog.getByTestId('confirm')).toBeDisabled();
    await dialog.getByLabel('Type home to remove it').fill('home');
    await dialog.getByTestId('confirm').click();
    await expect(page.getByText('A test lab of your own')).toBeVisible({ timeout: 30_000 });
    expect([...lab.model.containers.keys()]).toEqual([]);
    expect([...lab.model.volumes.keys()]).toEqual([]);
  });

  test('a shell in it takes what is typed, also what is no ASCII, and knows its size', async ({
    page,
    lab,
  }) => {
    await lab.install('home');
    const { key } = await shownInstance(lab, 'home');
    await openPage(lab, page, 'home');
    await openTab(page, 'Shell');
    await page.getByText('Container shell', { exact: true }).click();
    const shell = page.locator(`[data-shell-id="${key}.container"]`);
    const text = () => page.evaluate((id) => window.labdeckTest?.readTerminal(id) ?? '', `${key}.container`);
    await expect.poll(text).toMatch(/#$/);
    await shell.click();
    await page.keyboard.type('echo grüße ☃');
    await page.keyboard.press('Enter');
    await expect.poll(text).toMatch(/\ngrüße ☃\n/);
    await page.setViewportSize({ width: 1000, height: 700 });
    await expect
      .poll(async () => {
        await page.keyboard.type('stty size');
        await page.keyboard.press('Enter');
        return text();
      })
      .toMatch(/\n\d+ \d+\n/);
    await page.keyboard.press('Control+Shift+L');
    await expect(page.getByRole('tab', { name: 'Shell' })).toBeFocused();
    // It is still the same shell after a look elsewhere.
    await openTab(page, 'Overview');
    await openTab(page, 'Shell');
    await page.getByText('Container shell', { exact: true }).click();
    await expect.poll(text).toContain('grüße ☃');
    await shell.click();
    await page.keyboard.type('exit 3');
    await page.keyboard.press('Enter');
    await expect(page.getByTestId('shell')).toContainText('The shell has ended (3).');
    await page.getByRole('button', { name: 'Open again' }).click();
    await expect.poll(text).toMatch(/^#$/);
  });

  test('it is stopped, started, backed up and renamed from its page', async ({ page, lab }) => {
    await lab.install('home');
    await openPage(lab, page, 'home');
    await page.getByTestId('stop').click();
    await expect(state(page)).toHaveText('Stopped', { timeout: 30_000 });
    await page.getByTestId('start').click();
    await expect(state(page)).toHaveText('Running', { timeout: 30_000 });
    await openTab(page, 'Backups');
    await page.getByTestId('back-up').click();
    await expect(page.getByRole('list', { name: 'Backups, newest first' })).toContainText('made by hand', {
      timeout: 30_000,
    });
    await openTab(page, 'Overview');
    await page.getByTestId('overview').getByLabel('Name', { exact: true }).fill('lab');
    await page.getByRole('button', { name: 'Save', exact: true }).click();
    await expect(page.getByRole('heading', { name: 'lab', exact: true })).toBeVisible({ timeout: 30_000 });
    await expect(page).toHaveURL(/#\/instances\/lab$/);
  });
});

test.describe('on an engine that takes its time', () => {
  test.use({ speed: { buildMs: 60_000 } });

  test('cancelling an install leaves nothing of it', async ({ page, lab }) => {
    await lab.open(page);
    await page.getByTestId('new-instance').click();
    await page.getByTestId('install').click();
    const progress = page.getByTestId('install-progress');
    // The engine is asked for a Debian first; that takes as long as any build.
    await expect(progress.getByTestId('step-base')).toHaveAttribute('data-state', 'running', {
      timeout: 30_000,
    });
    await progress.getByRole('button', { name: 'Log', exact: true }).click();
    await expect(progress.getByRole('log')).toContainText('STEP');
    await expectAccessible(page, 'an install under way');
    await progress.getByTestId('cancel-task').click();
    await expect(page.getByText('Installing home was cancelled')).toBeVisible({ timeout: 30_000 });
    expect([...lab.model.containers.keys()]).toEqual([]);
    expect([...lab.model.volumes.keys()]).toEqual([]);
    expect(await lab.rest.json('GET', '/instances')).toEqual([]);
  });
});

test('a build that fails says in which step and why, shows its log, and can be tried again', async ({
  page,
  lab,
}) => {
  lab.model.faults.add({
    verb: 'build step',
    does: { say: 'E: lava-server cannot be fetched', exitCode: 100 },
  });
  await lab.open(page);
  await page.getByTestId('new-instance').click();
  await page.getByTestId('install').click();
  const failed = page.getByTestId('install-failed');
  await expect(failed).toBeVisible({ timeout: 30_000 });
  await expect(failed.getByRole('heading')).toHaveText('This step failed: Build LAVA');
  await expect(failed.getByTestId('problem')).not.toBeEmpty();
  await failed.getByRole('button', { name: 'Show log' }).click();
  await expect(failed.getByRole('log')).toContainText('STEP');
  await expectAccessible(page, 'a failed install');
  lab.model.faults.clear();
  await failed.getByTestId('try-again').click();
  await expect(state(page)).toHaveText('Running', { timeout: 60_000 });
});

test.describe('without an engine', () => {
  test.use({ engine: false });

  test('what is missing is said, with the command that mends it', async ({ page, lab }) => {
    await lab.open(page);
    const trouble = page.getByTestId('engine-trouble');
    await expect(trouble).toContainText('sudo apt install podman');
    await expectAccessible(page, 'a missing engine');
    await trouble.getByRole('button', { name: 'Look again' }).click();
    await expect(trouble.getByRole('button', { name: 'Look again' })).toBeVisible();
  });
});

test('axe finds nothing wrong with any page about instances, dark or light, small or large', async ({
  page,
  lab,
}) => {
  const look = async (view: string) => {
    for (const theme of ['dark', 'light'] as const) {
      await lab.rest.changeSettings({ theme });
      await expect(page.locator('html')).toHaveAttribute('data-mantine-color-scheme', theme);
      await expectAccessible(page, `${view}, ${theme}`);
    }
    for (const size of [
      { width: 900, height: 600 },
      { width: 720, height: 480 },
      { width: 1920, height: 1080 },
    ]) {
      await page.setViewportSize(size);
      await expectTidy(page, `${view} at ${size.width} x ${size.height}`);
    }
    await page.setViewportSize({ width: 1280, height: 800 });
  };
  await lab.open(page);
  await expect(page.getByTestId('cost')).toContainText('Takes');
  await look('no instances');
  for (const place of ['Backups', 'Watches']) {
    await page.getByRole('button', { name: place, exact: true }).click();
    await expect(page.getByRole('heading', { level: 2 })).toBeVisible();
    await look(`no ${place}`);
  }
  await lab.install('home');
  await lab.rest.json('POST', '/instances/home/backup');
  await expect.poll(() => lab.rest.json<unknown[]>('GET', '/backups').then((all) => all.length)).toBe(1);
  await page.getByRole('button', { name: 'Instances', exact: true }).last().click();
  await expect(page.getByTestId('instance-home')).toContainText('Running');
  await look('a list of instances');
  await page.getByTestId('new-instance').click();
  await expect(page.getByTestId('plan')).toContainText('Takes');
  for (const fold of ['Source', 'What to include', 'Admin', 'Resources', 'Port', 'Autostart', 'Backups'])
    await page
      .getByRole('dialog')
      .getByRole('button', { name: new RegExp(`^${fold}`) })
      .click();
  await look('the wizard');
  await page.keyboard.press('Escape');
  for (const place of ['Backups', 'Images']) {
    await page.getByRole('button', { name: place, exact: true }).click();
    await expect(page.getByRole('heading', { level: 2 }).first()).toBeVisible();
    await look(place);
  }
  await page.getByRole('button', { name: 'Watches', exact: true }).click();
  await page.getByTestId('new-watch').click();
  await page.getByTestId('watch-dialog').getByTestId('confirm').click();
  await expect(page.locator('[aria-invalid="true"]')).not.toHaveCount(0);
  await look('a watch to add, with its complaints');
  await page.keyboard.press('Escape');
  await openPage(lab, page, 'home');
  for (const tab of ['Overview', 'Logs', 'Shell', 'Backups']) {
    await openTab(page, tab);
    await look(`the tab ${tab}`);
  }
  for (const [item, title] of [
    ['Upgrade…', /^Upgrade/],
    ['Clone…', /^Clone/],
    ['Remove…', /^Remove/],
  ] as const) {
    await page.getByTestId('instance-menu').click();
    await page.getByRole('menuitem', { name: item }).click();
    await expect(page.getByRole('dialog', { name: title })).toBeVisible();
    await look(`the question ${item}`);
    await page.keyboard.press('Escape');
    await expect(page.getByRole('dialog', { name: title })).toHaveCount(0);
  }
});
