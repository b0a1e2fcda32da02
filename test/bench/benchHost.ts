import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { ConsoleInfo } from '../../main/contract/index.ts';
import { HeadlessHost } from '../fakes/headlessHost.ts';
import { waitFor } from './waiting.ts';

/** Runs `use` with a fresh headless Labdeck that has no board, in a data folder of its own. */
export async function withHost<T>(use: (host: HeadlessHost, dataDir: string) => Promise<T>): Promise<T> {
  const dataDir = mkdtempSync(join(tmpdir(), 'labdeck-bench-data-'));
  try {
    const host = await HeadlessHost.start(dataDir);
    try {
      await host.rest('DELETE', '/boards/virtual-1');
      return await use(host, dataDir);
    } finally {
      await host.stop();
    }
  } finally {
    rmSync(dataDir, { recursive: true, force: true });
  }
}

/** One way to Labdeck's REST; `path` without /api/v1. */
export interface RestClient {
  rest(
    method: string,
    path: string,
    body?: unknown,
  ): Promise<{ readonly status: number; readonly body: unknown }>;
}

/** Adds a board with one console on a tty; resolves once that is open. */
export async function addBoard(host: RestClient, name: string, device: string): Promise<void> {
  const added = await host.rest('POST', '/boards', {
    name,
    consoles: [{ match: { by: 'device', value: device } }],
  });
  if (added.status !== 201) throw new Error(`board ${name} was not added: ${JSON.stringify(added.body)}`);
  await waitFor(
    async () => {
      const { body } = await host.rest('GET', `/boards/${name}/consoles`);
      return (body as ConsoleInfo[])[0]?.state === 'open' ? true : null;
    },
    5000,
    `${name} opens its console`,
  );
}

/** Forgets a board, and its recording with it. */
export async function removeBoard(host: RestClient, dataDir: string, name: string): Promise<void> {
  const folder = boardFolder(dataDir, name);
  await host.rest('DELETE', `/boards/${name}`);
  rmSync(folder, { recursive: true, force: true });
}

/** The raw bytes of a board's only console, as long as they fit the first segment (64 MiB). */
export function recordingFile(dataDir: string, name: string): string {
  return join(boardFolder(dataDir, name), 'main', '000000000000000.raw');
}

function boardFolder(dataDir: string, name: string): string {
  const recordings = join(dataDir, 'recordings');
  const folder = readdirSync(recordings).find(
    (entry) => /^-[a-z0-9]{6}$/.test(entry.slice(name.length)) && entry.startsWith(name),
  );
  if (!folder) throw new Error(`no recording of ${name} in ${recordings}`);
  return join(recordings, folder);
}
