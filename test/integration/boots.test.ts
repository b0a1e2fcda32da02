import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import type { Boot, BootComparison } from '../../main/contract/index.ts';
import { HeadlessHost } from '../fakes/headlessHost.ts';

const waiting = { timeout: 20_000, interval: 50 };
const consoleId = 'virtual-1.main';
let dataDir: string;
let lab: HeadlessHost;
beforeAll(async () => {
  dataDir = mkdtempSync(join(tmpdir(), 'labdeck-boots-'));
  lab = await HeadlessHost.start(dataDir);
});
afterAll(async () => {
  await lab?.stop();
  rmSync(dataDir, { recursive: true, force: true });
});

async function boots(): Promise<Boot[]> {
  return (await lab.rest('GET', `/consoles/${consoleId}/boots`)).body;
}

const power = (state: 'on' | 'off') => lab.rest('PUT', '/boards/virtual-1/power', { state });
const type = (text: string) => lab.rest('POST', `/consoles/${consoleId}/input`, { text });
const names = (boot: Boot | undefined) => boot?.stages.map(({ stage }) => stage).join(' ');

async function newest(bootId: number, outcome: Boot['outcome']): Promise<Boot> {
  return await vi.waitFor(async () => {
    const [boot] = await boots();
    expect(boot).toMatchObject({ bootId, outcome });
    return boot as Boot;
  }, waiting);
}

test('a board that boots, panics and boots again has its boots told apart, and compared', async () => {
  await power('on');
  const good = await newest(1, 'good');
  expect(good.begun).toBe('power-on');
  expect(names(good)).toBe('spl u-boot kernel userspace login');
  await type('root\r');
  await lab.waitForOutput(consoleId, '# ');
  await type('echo c > /proc/sysrq-trigger\r');

  const again = await newest(2, 'good');
  expect(again.begun).toBe('banner');
  const [, panicked] = await boots();
  expect(panicked).toMatchObject({ bootId: 1, outcome: 'failed', toOffset: again.fromOffset });
  expect(names(panicked)).toBe('spl u-boot kernel userspace login shell panic reset');

  await power('off');
  const compared: BootComparison = (
    await lab.rest('GET', `/consoles/${consoleId}/boots/compare?left=1&right=2`)
  ).body;
  expect(compared.rows.filter(({ kind }) => kind === 'same').length).toBeGreaterThan(20);
  const removed = compared.rows.filter(({ kind }) => kind === 'removed').map(({ left }) => left?.text);
  expect(removed.join('\n')).toContain('Kernel panic - not syncing');
});

/** Times are known more finely while it is watched than from the recording. */
const withoutTimes = (list: readonly Boot[]) =>
  list.map(({ startedAtMs, endedAtMs, stages, ...boot }) => ({
    ...boot,
    ended: endedAtMs !== null && endedAtMs >= startedAtMs,
    stages: stages.map(({ stage, offset, text }) => ({ stage, offset, text })),
  }));

function bootsFiles(): string[] {
  const names = readdirSync(dataDir, { recursive: true, encoding: 'utf8' });
  return names.filter((name) => name.endsWith('boots.jsonl')).map((name) => join(dataDir, name));
}

test('boots survive a core that was killed, also where their file is gone', async () => {
  await power('on');
  await newest(3, 'good');
  await power('off');
  const before = await boots();
  // A kill costs what was printed just before it: not what this is about.
  await vi.waitFor(() => {
    const [path = ''] = bootsFiles();
    expect(readFileSync(path, 'utf8')).toContain(`"endedAtMs":${before[0]?.endedAtMs}`);
  }, waiting);
  await lab.stop('SIGKILL');
  lab = await HeadlessHost.start(dataDir);
  await vi.waitFor(async () => expect(withoutTimes(await boots())).toEqual(withoutTimes(before)), waiting);
  await lab.stop();
  for (const path of bootsFiles()) rmSync(path);
  expect(bootsFiles()).toEqual([]);
  lab = await HeadlessHost.start(dataDir);
  await vi.waitFor(async () => expect(withoutTimes(await boots())).toEqual(withoutTimes(before)), waiting);
});
