import { join } from 'node:path';
import type { Page } from '@playwright/test';
import { shellChannels } from '../../main/contract/shell.ts';
import { root } from './fixtures/environment.ts';
import { expect, test } from './fixtures/foreignTest.ts';

test('every window is sandboxed, isolated and without Node, whatever opened it', async ({ desktop }) => {
  const first = await desktop.firstWindow();
  const second = await desktop.openWindow();
  const preferences = await desktop.app.evaluate(({ webContents }) =>
    webContents
      .getAllWebContents()
      .map((each) => (each as unknown as { getLastWebPreferences(): object }).getLastWebPreferences()),
  );
  expect(preferences).toHaveLength(2);
  for (const each of preferences) {
    expect(each).toMatchObject({
      sandbox: true,
      contextIsolation: true,
      nodeIntegration: false,
      webSecurity: true,
      webviewTag: false,
    });
    expect(each).not.toMatchObject({ nodeIntegrationInWorker: true });
    expect(each).not.toMatchObject({ nodeIntegrationInSubFrames: true });
  }
  for (const { page } of [first, second])
    expect(
      await page.evaluate(() =>
        ['require', 'process', 'module', 'Buffer', 'global', 'electron', 'ipcRenderer'].filter(
          (name) => name in globalThis,
        ),
      ),
    ).toEqual([]);
});

test('the page is given these few functions of the shell, and cannot change them', async ({ desktop }) => {
  const { page } = await desktop.firstWindow();
  const shell = await page.evaluate(() => {
    const { labdeckShell } = window;
    if (!labdeckShell) return null;
    const names = Object.keys(labdeckShell).sort();
    try {
      Reflect.set(labdeckShell, 'openWindow', null);
      Reflect.set(globalThis, 'labdeckShell', null);
    } catch {
      // Refused even louder.
    }
    return { names, intact: typeof window.labdeckShell?.openWindow === 'function' };
  });
  expect(shell).toEqual({
    names: ['onCommand', 'openInstance', 'openWindow', 'platform', 'requestPorts', 'setTheme', 'versions'],
    intact: true,
  });
});

test('the app’s own address serves the window and nothing else of the disk', async ({ desktop }) => {
  const { page } = await desktop.firstWindow();
  const statuses = await page.evaluate(async () => {
    const paths = [
      '/index.html',
      '/../package.json',
      '/..%2f..%2fpackage.json',
      '/%2e%2e/main/app.js',
      '/etc/passwd',
    ];
    return await Promise.all(paths.map(async (path) => [path, (await fetch(path)).status] as const));
  });
  expect(statuses).toEqual([
    ['/index.html', 200],
    ['/../package.json', 404],
    ['/..%2f..%2fpackage.json', 404],
    ['/%2e%2e/main/app.js', 404],
    ['/etc/passwd', 404],
  ]);
});

test('the shell listens to its own page alone: a foreign page with the same preload gets nothing', async ({
  desktop,
  foreign,
}) => {
  const own = await desktop.firstWindow();
  const { app } = desktop;
  const opened = app.waitForEvent('window');
  const preload = join(root, 'dist', 'preload', 'preload.cjs');
  await app.evaluate(
    async ({ BrowserWindow }, [preload, url]) => {
      const window = new BrowserWindow({
        webPreferences: { preload, sandbox: true, contextIsolation: true },
      });
      await window.loadURL(url);
    },
    [preload, foreign.url] as const,
  );
  const page = await opened;
  await page.waitForURL(`${foreign.url}/`);
  await expect.poll(() => page.evaluate(() => 'labdeckShell' in window)).toBe(true);

  /** Asks for everything; answers how many ports came, once all the shell had to say has arrived. */
  const askForAll = async (asking: Page): Promise<number> => {
    const dealtWith = app.evaluate(
      ({ ipcMain }, channel) => new Promise<void>((resolve) => ipcMain.once(channel, () => resolve())),
      shellChannels.openWindow,
    );
    await asking.evaluate(() => {
      const got = { ports: 0, all: false };
      Reflect.set(globalThis, 'gotFromShell', got);
      window.addEventListener('message', (event) => {
        got.ports += event.ports.length;
        got.all ||= event.data === 'fence';
      });
      // A menu command comes after whatever the shell sent before, and a message to oneself after that.
      window.labdeckShell?.onCommand((command) => window.postMessage(command, location.origin));
      window.labdeckShell?.setTheme('dark');
      window.labdeckShell?.requestPorts();
      window.labdeckShell?.openWindow();
    });
    await dealtWith;
    await app.evaluate(({ webContents }, channel) => {
      for (const contents of webContents.getAllWebContents()) contents.send(channel, 'fence');
    }, shellChannels.command);
    const got = () => asking.evaluate(() => Reflect.get(globalThis, 'gotFromShell'));
    await expect.poll(got).toMatchObject({ all: true });
    return (await got()).ports;
  };
  const shell = () =>
    app.evaluate(({ BrowserWindow, nativeTheme }) => ({
      windows: BrowserWindow.getAllWindows().length,
      theme: nativeTheme.themeSource,
    }));

  const before = await shell();
  expect(await askForAll(page)).toBe(0);
  expect(await shell()).toEqual(before);
  // The same from our own page, so that the silence above means something.
  expect(await askForAll(own.page)).toBe(2);
  expect((await shell()).windows).toBe(before.windows + 1);
});
