import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, statSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { RunFolder } from './runFolder.ts';

let dir: string;
beforeEach(() => {
  dir = mkdtempSync(path.join(tmpdir(), 'labdeck-runfolder-'));
});
afterEach(() => rmSync(dir, { recursive: true, force: true }));

const config = { version: 1, name: 'home', url: 'u', start: 'normal', worker: true, lean: false } as const;
const part = { state: 'ok', restarts: 0, detail: null };
const status = {
  version: 1,
  state: 'running',
  problem: null,
  lavaVersion: '2026.09',
  bootId: 'a',
  startedAtMs: 1,
  atMs: 5,
  parts: { database: part, server: part, publisher: part, scheduler: part, worker: part },
  usage: { cpuSeconds: 1, memoryBytes: 1, diskBytes: null },
  holds: { jobs: 0, devices: 0, users: 1 },
};

test('the configuration is whole, and readable by whoever is root in the container', async () => {
  const folder = new RunFolder(path.join(dir, 'a'));
  await folder.writeConfig({
    version: 1,
    name: 'home',
    url: 'u',
    start: 'normal',
    worker: true,
    lean: false,
  });
  const file = path.join(folder.path, 'config.json');
  expect(JSON.parse(readFileSync(file, 'utf8'))).toMatchObject({ name: 'home', start: 'normal' });
  expect(statSync(file).mode & 0o777).toBe(0o644);
});

test('a status that is not there, torn or foreign is no status', async () => {
  const folder = new RunFolder(dir);
  expect(await folder.readStatus()).toBeNull();
  writeFileSync(path.join(dir, 'status.json'), '{"version":');
  expect(await folder.readStatus()).toBeNull();
  writeFileSync(path.join(dir, 'status.json'), '{"version":2}');
  expect(await folder.readStatus()).toBeNull();
  writeFileSync(path.join(dir, 'status.json'), JSON.stringify(status));
  expect(await folder.readStatus()).toMatchObject({ state: 'running', atMs: 5 });
  await folder.forgetStatus();
  expect(await folder.readStatus()).toBeNull();
});

test('a new status is told of', async () => {
  const folder = new RunFolder(dir);
  let told = 0;
  const watching = folder.watch(() => {
    told += 1;
  });
  writeFileSync(path.join(dir, 'status.json'), JSON.stringify(status));
  await expect.poll(() => told, { timeout: 8000 }).toBeGreaterThan(0);
  watching.dispose();
});

test('links, pipes and floods in it harm nobody: strangers write there', async () => {
  const folder = new RunFolder(path.join(dir, 'run'));
  const victim = path.join(dir, 'victim');
  writeFileSync(victim, 'precious');
  await folder.writeConfig(config);
  for (const name of ['config.json', 'config.json.tmp']) {
    rmSync(path.join(folder.path, name), { force: true });
    symlinkSync(victim, path.join(folder.path, name));
  }
  await folder.writeConfig({ ...config, start: 'maintenance' });
  expect(readFileSync(victim, 'utf8')).toBe('precious');
  expect(await folder.isInMaintenance()).toBe(true);
  const file = path.join(folder.path, 'status.json');
  execFileSync('mkfifo', [file]);
  expect(await folder.readStatus()).toBeNull();
  await folder.forgetStatus();
  writeFileSync(file, `${JSON.stringify(status)}${' '.repeat(100_000)}`);
  expect(await folder.readStatus()).toBeNull();
  await folder.forgetStatus();
  writeFileSync(path.join(dir, 'good.json'), JSON.stringify(status));
  symlinkSync(path.join(dir, 'good.json'), file);
  expect(await folder.readStatus()).toBeNull();
});

test('an empty configuration, as a power cut leaves it, is no maintenance', async () => {
  writeFileSync(path.join(dir, 'config.json'), '');
  expect(await new RunFolder(dir).isInMaintenance()).toBe(false);
});
