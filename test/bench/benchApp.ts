import { mkdtempSync, rmSync } from 'node:fs';
import { request } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type ElectronApplication, _electron as electron, type Page } from '@playwright/test';
import { addBoard, type RestClient } from './benchHost.ts';
import { desktopEnvironment, sandboxArgs } from './desktopEnvironment.ts';
import { root } from './paths.ts';
import { watchStreams } from './streamWatch.ts';
import { waitFor, withTimeout } from './waiting.ts';

const launchTimeoutMs = 60_000;
const quitTimeoutMs = 10_000;
const boardName = 'bench';

/**
 * Runs `use` with the real app in a real Electron, whose only window shows the console of its only board, bound
 * to `device`. The window is watched (streamWatch.ts).
 */
export async function withAppOn<T>(device: string, use: (page: Page) => Promise<T>): Promise<T> {
  return await withApp({}, async (page, app, lab) => {
    await addBoard(lab, boardName, device);
    // From its first moment on, so that no byte goes by unseen.
    await app.context().addInitScript(watchStreams);
    await page.reload();
    await page.getByTestId(`board-item-${boardName}`).click();
    await page.locator(`[data-console-id="${boardName}.main"] .xterm-rows`).waitFor({ timeout: 20_000 });
    return await use(page);
  });
}

/** Runs `use` with the real app in a real Electron, without a board; `env` is put over the environment. */
export async function withApp<T>(
  env: Readonly<Record<string, string>>,
  use: (page: Page, app: ElectronApplication, lab: RestClient) => Promise<T>,
): Promise<T> {
  const { executablePath } = desktopEnvironment();
  const dataDir = mkdtempSync(join(tmpdir(), 'labdeck-bench-app-'));
  try {
    const app = await electron.launch({
      executablePath,
      args: [...sandboxArgs, root, '--data', dataDir],
      chromiumSandbox: sandboxArgs.length === 0,
      cwd: root,
      env: { ...environment(), ...env },
      timeout: launchTimeoutMs,
    });
    const child = app.process();
    try {
      const page = await app.firstWindow();
      const lab = socketClient(join(dataDir, 'labdeck.sock'));
      await waitFor(
        () => lab.rest('DELETE', '/boards/virtual-1').catch(() => null),
        20_000,
        'the core is up',
      );
      return await use(page, app, lab);
    } finally {
      await withTimeout(app.close(), quitTimeoutMs, 'the app quits').catch(() => child.kill('SIGKILL'));
    }
  } finally {
    rmSync(dataDir, { recursive: true, force: true });
  }
}

function environment(): Record<string, string> {
  const set = Object.entries(process.env).filter(
    (entry): entry is [string, string] => entry[1] !== undefined,
  );
  return Object.fromEntries(set);
}

function socketClient(socketPath: string): RestClient {
  return {
    rest: (method, path, body) =>
      new Promise((resolve, reject) => {
        const headers = body === undefined ? {} : { 'content-type': 'application/json' };
        const call = request(
          { socketPath, method, path: `/api/v1${path}`, headers, timeout: 10_000 },
          (answer) => {
            let text = '';
            answer.setEncoding('utf8').on('data', (part: string) => {
              text += part;
            });
            answer.on('end', () =>
              resolve({ status: answer.statusCode ?? 0, body: text === '' ? null : JSON.parse(text) }),
            );
          },
        );
        call.on('error', reject);
        call.on('timeout', () => call.destroy(new Error(`${method} ${path}: no answer`)));
        call.end(body === undefined ? undefined : JSON.stringify(body));
      }),
  };
}
