import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { HeadlessHost } from '../fakes/headlessHost.ts';

let dataDir: string;
let lab: HeadlessHost;
beforeAll(async () => {
  dataDir = mkdtempSync(join(tmpdir(), 'labdeck-headless-'));
  lab = await HeadlessHost.start(dataDir);
}, 60_000);
afterAll(async () => {
  await lab?.stop();
  rmSync(dataDir, { recursive: true, force: true });
});

test('a second Labdeck on the same data folder is refused kindly', async () => {
  await expect(HeadlessHost.start(dataDir)).rejects.toThrow(/Another Labdeck uses this data folder/);
});

test('a port that is taken is said so', async () => {
  const other = mkdtempSync(join(tmpdir(), 'labdeck-other-'));
  const { port } = new URL(lab.url);
  await expect(HeadlessHost.start(other, { args: ['--port', port] })).rejects.toThrow(/is taken/);
  rmSync(other, { recursive: true, force: true });
});

test('SIGTERM ends it within 5 s with the recording flushed, and the next start goes on', async () => {
  const dir = mkdtempSync(join(tmpdir(), 'labdeck-term-'));
  const first = await HeadlessHost.start(dir);
  await first.rest('PUT', '/boards/virtual-1/power', { state: 'on' });
  await first.waitForOutput('virtual-1.main', 'autoboot');
  const printed = await first.recording('virtual-1.main');
  const { tookMs, code } = await first.stop('SIGTERM');
  expect(code).toBe(0);
  expect(tookMs).toBeLessThan(5_000);
  await expect(fetch(`${first.url}/api/v1/health`)).rejects.toThrow();
  const second = await HeadlessHost.start(dir);
  expect((await second.recording('virtual-1.main')).startsWith(printed)).toBe(true);
  await second.stop();
  rmSync(dir, { recursive: true, force: true });
}, 30_000);

test('kill -9 costs at most the last 200 ms, and boards keep their power', async () => {
  const dir = mkdtempSync(join(tmpdir(), 'labdeck-kill-'));
  const first = await HeadlessHost.start(dir);
  await first.rest('PUT', '/boards/virtual-1/power', { state: 'on' });
  await first.waitForOutput('virtual-1.main', 'autoboot');
  const printed = await first.recording('virtual-1.main');
  await new Promise((resolve) => setTimeout(resolve, 200));
  await first.stop('SIGKILL');
  const second = await HeadlessHost.start(dir);
  expect((await second.recording('virtual-1.main')).startsWith(printed)).toBe(true);
  expect((await second.rest('GET', '/boards/virtual-1/power')).body).toMatchObject({
    commanded: 'on',
    known: 'on',
  });
  await second.stop();
  rmSync(dir, { recursive: true, force: true });
}, 30_000);

test('a damaged boards file is set aside, and its name is told', async () => {
  const dir = mkdtempSync(join(tmpdir(), 'labdeck-damaged-'));
  const first = await HeadlessHost.start(dir);
  await first.stop();
  writeFileSync(join(dir, 'boards.json'), '{"boards": [');
  const second = await HeadlessHost.start(dir);
  const aside = readdirSync(dir).find((name) => name.startsWith('boards.damaged-')) ?? 'none';
  expect(readFileSync(join(dir, aside), 'utf8')).toBe('{"boards": [');
  const { body } = await second.rest('GET', '/health');
  expect(JSON.stringify(body.notices)).toContain(aside);
  await second.stop();
  rmSync(dir, { recursive: true, force: true });
}, 30_000);
