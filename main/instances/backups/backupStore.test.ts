import { createReadStream } from 'node:fs';
import { mkdir, mkdtemp, readdir, readFile, rm, stat, truncate, unlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { Readable } from 'node:stream';
import { buffer } from 'node:stream/consumers';
import { pipeline } from 'node:stream/promises';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { backupTar } from '../../../test/fakes/backupTar.ts';
import { FakeClock } from '../../../test/fakes/fakeClock.ts';
import { silentLogger } from '../../base/logger.ts';
import type { Backup } from '../../contract/index.ts';
import { NoticesService } from '../../notices/index.ts';
import { BackupStore } from './index.ts';

const home = { key: 'a1', source: { kind: 'package', suite: 'forky' } } as const;
let root: string;
let dir: string;
let clock: FakeClock;
let notices: NoticesService;
let store: BackupStore;

async function start(): Promise<BackupStore> {
  await store?.close();
  store = new BackupStore({ dir, clock, notices, logger: silentLogger });
  await store.start();
  return store;
}

beforeEach(async () => {
  root = await mkdtemp(path.join(tmpdir(), 'labdeck-backups-'));
  dir = path.join(root, 'backups');
  clock = new FakeClock(Date.UTC(2026, 0, 31, 4, 5, 6, 789));
  notices = new NoticesService(clock);
  await start();
});
afterEach(async () => {
  await store.close();
  await rm(root, { recursive: true, force: true });
});

async function make(why: Backup['why'] = 'by-hand', tar?: Buffer): Promise<Backup> {
  const receiving = await store.receive(home, why);
  await pipeline(Readable.from(slices(tar ?? (await backupTar()))), receiving.writable);
  return receiving.commit();
}

/** In pieces that fall across all borders of a tar. */
function* slices(tar: Buffer) {
  for (let at = 0; at < tar.length; at += 7_777) yield tar.subarray(at, at + 7_777);
}

const filesOf = (key: string) => readdir(path.join(dir, key)).catch(() => []);
const nextChange = () =>
  new Promise<void>((resolve) => {
    const heard = store.onDidChange(() => {
      heard.dispose();
      resolve();
    });
  });

test('what was received is there byte for byte, with what is in it, also after a restart', async () => {
  const tar = await backupTar();
  const backup = await make('scheduled', tar);
  expect(backup).toMatchObject({
    backupId: 'a1.2026-01-31T04-05-06-789Z-scheduled',
    instanceKey: 'a1',
    instanceName: 'home',
    source: home.source,
    version: '2026.09',
    why: 'scheduled',
    sizeBytes: tar.length,
    createdAtMs: clock.nowMs(),
    holds: { jobs: 6, devices: 2, users: 3 },
    verified: null,
  });
  expect(await filesOf('a1')).toEqual([
    '2026-01-31T04-05-06-789Z-scheduled.json',
    '2026-01-31T04-05-06-789Z-scheduled.tar',
  ]);
  expect((await stat(backup.file)).mode & 0o777).toBe(0o600);
  await start();
  expect(store.list()).toEqual([backup]);
  expect(await buffer(store.open(backup.backupId))).toEqual(tar);
});

test('two made at once have names of their own', async () => {
  const [a, b] = await Promise.all([make(), make()]);
  expect(a.backupId).not.toBe(b.backupId);
  expect(await filesOf('a1')).toHaveLength(4);
});

const damages: [string, string | null, (tar: Buffer) => Promise<Buffer> | Buffer][] = [
  ['nothing at all', 'checksums.json', () => Buffer.alloc(0)],
  ['no tar', null, () => Buffer.alloc(2048, 'x')],
  ['cut in the files', null, (tar) => tar.subarray(0, 50_000)],
  ['cut before the checksums', 'checksums.json', (tar) => tar.subarray(0, tar.length - 2048)],
  ['cut at its end', null, (tar) => tar.subarray(0, tar.length - 512)],
  ['followed by something', null, (tar) => Buffer.concat([tar, Buffer.alloc(1024, 'x')])],
  [
    'with one bit of the files turned over',
    'files.tar.zst',
    (tar) => {
      const bent = Buffer.from(tar);
      bent.writeUInt8(bent.readUInt8(60_000) ^ 4, 60_000);
      return bent;
    },
  ],
  [
    'with another dump',
    'database.dump',
    () =>
      backupTar({ bend: (m) => m.map((x) => (x.name === 'database.dump' ? { ...x, content: 'no' } : x)) }),
  ],
  [
    'without its dump',
    'database.dump',
    () => backupTar({ bend: (m) => m.filter((x) => x.name !== 'database.dump') }),
  ],
  ['without checksums', 'checksums.json', () => backupTar({ bend: (m) => m.slice(0, 3) })],
  [
    'in another order',
    'database.dump',
    () => backupTar({ bend: ([a, b, c, d]) => [b, a, c, d].flatMap((x) => x ?? []) }),
  ],
  [
    'with a member twice',
    'files.tar.zst',
    () => backupTar({ bend: (m) => [...m.slice(0, 3), ...m.slice(2)] }),
  ],
  [
    'with a member nobody vouches for',
    'extra',
    () => backupTar({ bend: (m) => [...m.slice(0, 3), { name: 'extra', content: 'x' }, ...m.slice(3)] }),
  ],
  [
    'with a link for its files',
    'files.tar.zst',
    () =>
      backupTar({ bend: (m) => m.map((x) => (x.name === 'files.tar.zst' ? { ...x, type: 'symlink' } : x)) }),
  ],
  [
    'with a manifest that is none',
    'manifest.json',
    () =>
      backupTar({
        bend: (m) => m.map((x) => (x.name === 'manifest.json' ? { ...x, content: '{"format":1}' } : x)),
      }),
  ],
];

test.each(damages)(
  'a tar %s is told, with the member at fault, and leaves nothing',
  async (_what, member, bend) => {
    const tar = await bend(await backupTar());
    const problem = { code: 'DAMAGED', data: { details: { member } } };
    const receiving = await store.receive(home, 'by-hand');
    // The source may have ended before anybody could know, or be stopped by the error itself.
    await pipeline(Readable.from(slices(tar)), receiving.writable).catch((error: unknown) =>
      expect(error).toMatchObject(problem),
    );
    await expect(receiving.commit()).rejects.toMatchObject(problem);
    expect(await filesOf('a1')).toEqual([]);
    expect(store.list()).toEqual([]);

    const file = path.join(root, 'other.tar');
    await writeFile(file, tar);
    await expect(store.check(file)).rejects.toMatchObject(problem);
    await expect(store.import(file)).rejects.toMatchObject(problem);
    expect(await filesOf('imported')).toEqual([]);
  },
);

test('a backup of a newer Labdeck is not called damaged', async () => {
  await expect(make('by-hand', await backupTar({ format: 2 }))).rejects.toMatchObject({
    code: 'UNSUPPORTED',
  });
});

test('a source that fails in the middle leaves nothing', async () => {
  const receiving = await store.receive(home, 'by-hand');
  const tar = await backupTar();
  async function* source() {
    yield tar.subarray(0, 10_000);
    throw new Error('the container is gone');
  }
  await expect(pipeline(source, receiving.writable)).rejects.toThrow('the container is gone');
  await expect(receiving.commit()).rejects.toThrow('the container is gone');
  expect(await filesOf('a1')).toEqual([]);
});

test('one that is given up leaves nothing, also when its source never said anything', async () => {
  const receiving = await store.receive(home, 'by-hand');
  receiving.writable.write((await backupTar()).subarray(0, 5_000));
  await receiving.abort();
  await receiving.abort();
  expect(await filesOf('a1')).toEqual([]);
});

test('what a killed Labdeck was receiving is swept at the next start, and nothing else', async () => {
  const backup = await make();
  const partial = path.join(dir, 'a1', '2026-01-31T05-00-00-000Z-by-hand.tar.partial');
  await writeFile(partial, 'half');
  await writeFile(path.join(dir, 'a1', 'notes.txt'), 'mine');
  await start();
  expect(await filesOf('a1')).toEqual([
    path.basename(backup.file).replace('.tar', '.json'),
    path.basename(backup.file),
    'notes.txt',
  ]);
});

test.each([
  ['lost', async (file: string) => unlink(file)],
  ['damaged', async (file: string) => writeFile(file, '{"version":1,"backup":{}}')],
])('a record that is %s is made anew from its tar', async (_how, harm) => {
  const backup = await make('before-upgrade');
  await harm(backup.file.replace('.tar', '.json'));
  const fresh = await start();
  if (fresh.list().length === 0) await nextChange();
  const mended = { ...backup, source: null };
  expect(fresh.list()).toEqual([mended]);
  expect((await start()).list()).toEqual([mended]);
});

test('a tar without a record that is damaged is left where it is, and told', async () => {
  const { file } = await make();
  await unlink(file.replace('.tar', '.json'));
  await truncate(file, 20_000);
  const told = new Promise<void>((resolve) => notices.onDidChange(resolve));
  await start();
  await told;
  expect(notices.list()[0]).toMatchObject({ severity: 'warning', text: expect.stringContaining(file) });
  expect(store.list()).toEqual([]);
  expect((await stat(file)).size).toBe(20_000);
});

test('a tar that was cut since is shown as not good', async () => {
  const { file, sizeBytes } = await make();
  await truncate(file, 20_000);
  const [backup] = (await start()).list();
  expect(backup?.verified).toMatchObject({ ok: false, detail: expect.stringContaining(`${sizeBytes}`) });
});

test('how a verification went is kept', async () => {
  const { backupId } = await make();
  await clock.pass(1000);
  await store.noteVerified(backupId, { ok: true, detail: '3 users, 6 jobs' });
  const verified = { atMs: clock.nowMs(), ok: true, detail: '3 users, 6 jobs' };
  expect((await start()).get(backupId).verified).toEqual(verified);
});

test('a file another Labdeck made is copied in once, and the original stays', async () => {
  const file = path.join(root, 'theirs.tar');
  await writeFile(file, await backupTar({ instanceName: 'theirs', createdAtMs: Date.UTC(2025, 0, 1) }));
  const backup = await store.import(file);
  expect(backup).toMatchObject({
    why: 'imported',
    instanceName: 'theirs',
    createdAtMs: Date.UTC(2025, 0, 1),
  });
  expect(await store.import(file)).toEqual(backup);
  expect(await buffer(createReadStream(file))).toEqual(await readFile(backup.file));
  expect(store.list()).toHaveLength(1);
  await expect(store.import(path.join(root, 'none.tar'))).rejects.toMatchObject({ code: 'NOT_FOUND' });
  await expect(store.import(root)).rejects.toMatchObject({ code: 'BAD_REQUEST' });
});

test('what is removed is gone with its record; what is not there is not found', async () => {
  const { backupId } = await make();
  await store.remove(backupId);
  expect(await filesOf('a1')).toEqual([]);
  await expect(store.remove(backupId)).rejects.toMatchObject({ code: 'NOT_FOUND' });
  expect(() => store.open(backupId)).toThrow(expect.objectContaining({ code: 'NOT_FOUND' }));
  expect((await start()).list()).toEqual([]);
});

test('pruning takes the oldest scheduled ones of that instance alone', async () => {
  const made: Backup[] = [];
  for (let i = 0; i < 4; i += 1) {
    made.push(await make('scheduled'));
    await clock.pass(3_600_000);
  }
  const gone = await store.prune('a1', { everyHours: 1, keep: 2, maxAgeDays: null });
  expect(gone.map(({ backupId }) => backupId)).toEqual([made[1]?.backupId, made[0]?.backupId]);
  expect(store.list()).toEqual([made[3], made[2]]);
  expect(await store.prune('b2', { everyHours: 1, keep: 1, maxAgeDays: null })).toEqual([]);
  expect(await filesOf('a1')).toHaveLength(4);
});

test('what is not expected to fit is refused with figures before anything is written', async () => {
  await expect(store.receive(home, 'by-hand', 1e15)).rejects.toMatchObject({
    code: 'DISK_FULL',
    message: expect.stringContaining('1000000000 MB'),
  });
  expect(await filesOf('a1')).toEqual([]);
});

test('a folder that cannot be used is told, not fatal', async () => {
  await rm(dir, { recursive: true, force: true });
  await mkdir(root, { recursive: true });
  await writeFile(dir, 'a file');
  expect((await start()).list()).toEqual([]);
  await expect(store.receive(home, 'by-hand')).rejects.toMatchObject({ name: 'LabError' });
});
