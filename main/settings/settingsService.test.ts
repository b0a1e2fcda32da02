import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { systemClock } from '../base/clock.ts';
import { silentLogger } from '../base/logger.ts';
import { defaultSettings, type Settings } from '../contract/index.ts';
import { NoticesService } from '../notices/index.ts';
import { SettingsService } from './index.ts';

let dir: string;
let notices: NoticesService;

async function start(): Promise<SettingsService> {
  const service = new SettingsService({ dir, notices, logger: silentLogger });
  await service.start();
  return service;
}

beforeEach(async () => {
  dir = await mkdtemp(path.join(tmpdir(), 'labdeck-settings-'));
  notices = new NoticesService(systemClock);
});
afterEach(() => rm(dir, { recursive: true, force: true }));

test('a patch changes only what it names, and survives a restart', async () => {
  const service = await start();
  await service.update({ theme: 'dark' });
  await service.update({ fontSizePx: 18 });
  const expected = { ...defaultSettings, theme: 'dark', fontSizePx: 18 };
  expect(service.get()).toEqual(expected);
  expect((await start()).get()).toEqual(expected);
});

test('two patches at once are both kept', async () => {
  const service = await start();
  await Promise.all([service.update({ theme: 'light' }), service.update({ scrollbackLines: 500 })]);
  expect((await start()).get()).toMatchObject({ theme: 'light', scrollbackLines: 500 });
});

test('a change is told once, after it is on the disk', async () => {
  const service = await start();
  const told: Settings[] = [];
  service.onDidChange((settings) => told.push(settings));
  const done = service.update({ theme: 'dark' });
  expect(told).toEqual([]);
  await done;
  expect(told).toEqual([{ ...defaultSettings, theme: 'dark' }]);
});

test('a damaged file gives the defaults, is kept, and the user is told its name', async () => {
  await writeFile(path.join(dir, 'settings.json'), '{"version":1,"settings":{"theme":"pink"}}');
  const service = await start();
  expect(service.get()).toEqual(defaultSettings);
  const [kept] = await readdir(dir);
  expect(kept).toMatch(/^settings\.damaged-.*\.json$/);
  expect(notices.list()[0]?.text).toContain(kept);
  await service.update({ theme: 'dark' });
  expect(await readFile(path.join(dir, kept ?? ''), 'utf8')).toContain('pink');
});

test('what could not be written did not change', async () => {
  const service = await start();
  await mkdir(path.join(dir, `settings.json.tmp-${process.pid}`));
  await expect(service.update({ theme: 'dark' })).rejects.toMatchObject({ code: 'COMMAND_FAILED' });
  expect(service.get()).toEqual(defaultSettings);
});
