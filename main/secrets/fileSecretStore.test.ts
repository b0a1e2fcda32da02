import { randomBytes } from 'node:crypto';
import { chmod, mkdir, mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { systemClock } from '../base/clock.ts';
import { createLogger } from '../base/logger.ts';
import { NoticesService } from '../notices/index.ts';
import { FileSecretStore } from './index.ts';

const key = randomBytes(32);
const password = 'hunter2-äöü-"quoted"';
let dir: string;
let file: string;
let notices: NoticesService;
let log: string[];

async function start(withKey: Buffer | null): Promise<FileSecretStore> {
  notices = new NoticesService(systemClock);
  const store = new FileSecretStore({
    dir,
    key: withKey,
    notices,
    logger: createLogger((line) => log.push(line), 'debug'),
  });
  await store.start();
  return store;
}

beforeEach(async () => {
  dir = await mkdtemp(path.join(tmpdir(), 'labdeck-secrets-'));
  file = path.join(dir, 'secrets.json');
  log = [];
});
afterEach(() => rm(dir, { recursive: true, force: true }));

test.each([
  ['with a key', key],
  ['without', null],
])('a value is there again at the next start, %s, and is for this user alone', async (_how, withKey) => {
  const store = await start(withKey);
  await store.set('instance/a1/admin', password);
  expect(await (await start(withKey)).get('instance/a1/admin')).toBe(password);
  expect(await store.get('instance/a2/admin')).toBeNull();
  expect((await stat(file)).mode & 0o777).toBe(0o600);
});

test('with a key nothing on the disk shows a value, and equal values do not look alike', async () => {
  const store = await start(key);
  await store.set('watch/a/token', password);
  await store.set('watch/b/token', password);
  const text = await readFile(file, 'utf8');
  expect(text).not.toContain('hunter2');
  const { secrets } = JSON.parse(text);
  expect(secrets['watch/a/token'].sealed).not.toBe(secrets['watch/b/token'].sealed);
});

test('without the key an encrypted value is refused, kept, and readable again when the key is back', async () => {
  await (await start(key)).set('instance/a/admin', password);

  const headless = await start(null);
  await expect(headless.get('instance/a/admin')).rejects.toMatchObject({
    code: 'FORBIDDEN',
    data: { hint: expect.stringContaining('Open the Labdeck app') },
  });
  expect(notices.list()[0]?.severity).toBe('info');
  await headless.set('instance/b/admin', 'plain one');
  expect(await headless.get('instance/b/admin')).toBe('plain one');

  const desktop = await start(key);
  expect(await desktop.get('instance/a/admin')).toBe(password);
  expect(await desktop.get('instance/b/admin')).toBe('plain one');
  expect(notices.list()).toEqual([]);
});

test('what was written without a key is encrypted at the next start with one', async () => {
  await (await start(null)).set('instance/a/admin', password);
  expect(await readFile(file, 'utf8')).toContain('hunter2');
  await start(key);
  expect(await readFile(file, 'utf8')).not.toContain('hunter2');
  expect(await (await start(key)).get('instance/a/admin')).toBe(password);
});

test('when the key is lost it is told, new values work, and the old ones wait for their key', async () => {
  await (await start(key)).set('instance/a/admin', password);
  const other = randomBytes(32);
  const store = await start(other);
  expect(notices.list()).toMatchObject([{ severity: 'warning', title: expect.stringContaining('One') }]);
  await expect(store.get('instance/a/admin')).rejects.toMatchObject({ code: 'FORBIDDEN' });
  await store.set('instance/b/admin', 'new');
  expect(await (await start(other)).get('instance/b/admin')).toBe('new');
  expect(await (await start(key)).get('instance/a/admin')).toBe(password);
  await (await start(other)).set('instance/a/admin', 'set anew');
  expect(await (await start(other)).get('instance/a/admin')).toBe('set anew');
});

test('a value that was changed, cut or put under another name is damaged, and the others are not', async () => {
  const store = await start(key);
  for (const name of ['a', 'b', 'c', 'd']) await store.set(`watch/${name}/token`, `${password}${name}`);
  const document = JSON.parse(await readFile(file, 'utf8'));
  const bytes = Buffer.from(document.secrets['watch/a/token'].sealed, 'base64');
  bytes.writeUInt8(bytes.readUInt8(bytes.length - 1) ^ 1, bytes.length - 1);
  document.secrets['watch/a/token'].sealed = bytes.toString('base64');
  document.secrets['watch/b/token'].sealed = document.secrets['watch/d/token'].sealed;
  document.secrets['watch/c/token'].sealed = 'AAAA';
  await writeFile(file, JSON.stringify(document));

  const later = await start(key);
  for (const name of ['a', 'b', 'c'])
    await expect(later.get(`watch/${name}/token`)).rejects.toMatchObject({ code: 'DAMAGED' });
  expect(await later.get('watch/d/token')).toBe(`${password}d`);
});

test('a damaged file is kept, and neither notice nor log nor error quotes it', async () => {
  await writeFile(file, `{"version":1,"secrets":{"watch/a/token":{"plain":hunter2}}}`);
  const store = await start(null);
  const [kept] = await readdir(dir);
  expect(kept).toMatch(/^secrets\.damaged-/);
  expect(notices.list()[0]?.text).toContain(kept);
  await store.set('watch/a/token', 'new');
  expect(await readFile(path.join(dir, kept ?? ''), 'utf8')).toContain('hunter2');
  expect(`${JSON.stringify(notices.list())}${log.join()}`).not.toContain('hunter2');
});

test('a file that cannot be read is never replaced', async () => {
  await mkdir(file); // reading a folder fails, for root too
  const store = await start(key);
  await expect(store.set('watch/a/token', password)).rejects.toMatchObject({ code: 'CONFLICT' });
  expect(await store.get('watch/a/token')).toBeNull();
  expect(notices.list()[0]?.severity).toBe('error');
});

test('a write that fails leaves the old value, in memory and on disk, and says no value', async () => {
  const store = await start(null);
  await store.set('watch/a/token', 'old');
  const beside = `${file}.tmp-${process.pid}`;
  await mkdir(beside);
  const failed = await store.set('watch/a/token', password).catch((error: unknown) => error);
  expect(failed).toMatchObject({ code: 'COMMAND_FAILED' });
  expect(`${JSON.stringify(failed)}${String(failed)}`).not.toContain('hunter2');
  expect(await store.get('watch/a/token')).toBe('old');
  expect(await (await start(null)).get('watch/a/token')).toBe('old');
});

test('a file others could read is closed to them at the next start', async () => {
  await (await start(null)).set('watch/a/token', password);
  await chmod(file, 0o644);
  await start(null);
  expect((await stat(file)).mode & 0o777).toBe(0o600);
});

test('removing takes what the prefix names and nothing else, without the key too', async () => {
  const store = await start(key);
  for (const name of ['instance/a/admin', 'instance/a/token', 'instance/ab/admin', 'watch/a/token'])
    await store.set(name, password);
  const headless = await start(null);
  await headless.removeAll('instance/a/');
  await headless.remove('watch/a/token');
  await headless.remove('watch/none/token');
  const names = Object.keys(JSON.parse(await readFile(file, 'utf8')).secrets);
  expect(names).toEqual(['instance/ab/admin']);
});

test('many changes at once are all kept', async () => {
  const store = await start(key);
  await Promise.all(Array.from({ length: 20 }, (_, i) => store.set(`watch/w${i}/token`, `${i}`)));
  const later = await start(key);
  for (let i = 0; i < 20; i += 1) expect(await later.get(`watch/w${i}/token`)).toBe(`${i}`);
});

test.each(['', 'plain', '__proto__', 'a//b', '/a/b', 'a/b\n'])('%j is no name for a secret', async (name) => {
  const store = await start(null);
  await expect(store.set(name, 'x')).rejects.toMatchObject({ code: 'BAD_REQUEST' });
});
