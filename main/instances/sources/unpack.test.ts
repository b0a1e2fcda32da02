import { lstat, mkdir, mkdtemp, readdir, readFile, readlink, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { Readable } from 'node:stream';
import { type Header, pack } from 'tar-stream';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { LabError } from '../../contract/labError.ts';
import { findEscape } from './links.ts';
import { type UnpackLimits, unpackTar } from './unpack.ts';

type Member = Partial<Header> & { name: string; text?: string };

let outside: string;
let dir: string;
beforeEach(async () => {
  outside = await mkdtemp(path.join(tmpdir(), 'labdeck-unpack-'));
  dir = path.join(outside, 'inside');
  await mkdir(dir);
});
afterEach(() => rm(outside, { recursive: true, force: true }));

async function tarOf(members: readonly Member[]): Promise<Buffer> {
  const tar = pack();
  for (const { text, ...header } of members) tar.entry({ type: 'file', ...header }, text ?? '');
  tar.finalize();
  const chunks: Buffer[] = [];
  for await (const chunk of tar) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks);
}

async function unpack(members: readonly Member[] | Buffer, limits?: UnpackLimits): Promise<void> {
  const tar = Buffer.isBuffer(members) ? members : await tarOf(members);
  // In pieces that fit no boundary of the format.
  const pieces = Array.from({ length: Math.ceil(tar.length / 700) }, (_, at) =>
    tar.subarray(at * 700, at * 700 + 700),
  );
  await unpackTar(Readable.from(pieces), dir, { field: 'source.location', ...(limits ? { limits } : {}) });
}

async function refusal(work: Promise<void>): Promise<LabError> {
  const error = await work.then(
    () => null,
    (thrown: unknown) => thrown,
  );
  if (!(error instanceof LabError)) throw new Error(`it was not refused: ${String(error)}`);
  return error;
}

test('files, folders, links and the right to be run come out as they went in', async () => {
  await unpack([
    { name: 'lava/', type: 'directory' },
    { name: 'lava/run.sh', text: '#!/bin/sh\n', mode: 0o4775 },
    { name: './lava/deep/er/text', text: 'hello', mode: 0o600 },
    { name: 'lava/again', type: 'link', linkname: 'lava/run.sh' },
    { name: 'lava/to', type: 'symlink', linkname: 'deep/er' },
  ]);
  expect(await readFile(path.join(dir, 'lava/to/text'), 'utf8')).toBe('hello');
  expect((await lstat(path.join(dir, 'lava/run.sh'))).mode & 0o7777).toBe(0o755);
  expect((await lstat(path.join(dir, 'lava/deep/er/text'))).mode & 0o7777).toBe(0o644);
  expect(await readFile(path.join(dir, 'lava/again'), 'utf8')).toBe('#!/bin/sh\n');
  expect(await readlink(path.join(dir, 'lava/to'))).toBe('deep/er');
});

const hostile: readonly (readonly [string, readonly Member[]])[] = [
  ['a path upwards', [{ name: 'a/../../evil', text: 'x' }]],
  ['an absolute path', [{ name: '/tmp/labdeck-evil', text: 'x' }]],
  ['an absolute link', [{ name: 'a', type: 'symlink', linkname: '/etc/passwd' }]],
  ['a link upwards', [{ name: 'a/b', type: 'symlink', linkname: '../../evil' }]],
  [
    'links that lead out together',
    [
      { name: 'deep/er/up', type: 'symlink', linkname: '../..' },
      { name: 'out', type: 'symlink', linkname: 'deep/er/up/..' },
    ],
  ],
  [
    'a file written through a link',
    [
      { name: 'a', type: 'symlink', linkname: '..' },
      { name: 'a/evil', text: 'x' },
    ],
  ],
  ['a hard link outwards', [{ name: 'a', type: 'link', linkname: '../secret' }]],
  ['a hard link to an absolute path', [{ name: 'a', type: 'link', linkname: '/etc/passwd' }]],
  [
    'a hard link through a link',
    [
      { name: 'a', type: 'symlink', linkname: '/etc' },
      { name: 'b', type: 'link', linkname: 'a/passwd' },
    ],
  ],
  ['a device', [{ name: 'a', type: 'block-device', devmajor: 8, devminor: 0 }]],
  ['a pipe', [{ name: 'a', type: 'fifo' }]],
  [
    'a name that comes twice',
    [
      { name: 'a', text: '1' },
      { name: 'a', text: '2' },
    ],
  ],
  [
    'a folder in place of a file',
    [
      { name: 'a', text: '1' },
      { name: 'a/b', text: '2' },
    ],
  ],
  ['a name no file can have', [{ name: `${'x'.repeat(300)}`, text: 'x' }]],
];
test.each(hostile)('%s is refused, and nothing gets outside', async (_, members) => {
  const error = await refusal(unpack(members));
  expect(error.code).toBe('BAD_REQUEST');
  expect(error.data.field).toBe('source.location');
  expect(await readdir(outside)).toEqual(['inside']);
});

test('an archive that unpacks to more than is allowed is stopped while it unpacks', async () => {
  const bomb = Readable.from(
    (async function* () {
      yield (await tarOf([{ name: 'zeros', text: 'x'.repeat(1024) }])).subarray(0, 512);
      for (;;) yield Buffer.alloc(64 * 1024);
    })(),
  );
  const limits = { maxBytes: 1024 * 1024, maxMembers: 10 };
  const error = await refusal(unpackTar(bomb, dir, { field: 'source.location', limits }));
  expect(error.message).toContain('more than 1 MiB');
});

test('too many members are stopped, also folders that are only implied', async () => {
  const limits = { maxBytes: 1024 * 1024, maxMembers: 20 };
  const flat = Array.from({ length: 21 }, (_, at) => ({ name: `f${at}` }));
  expect((await refusal(unpack(flat, limits))).message).toContain('20 members');
  expect((await refusal(unpack([{ name: `${'d/'.repeat(21)}f` }], limits))).message).toContain('20 members');
});

test('an archive cut in the middle, and what is no archive, are damaged', async () => {
  const whole = await tarOf([{ name: 'a', text: 'x'.repeat(5000) }]);
  expect((await refusal(unpack(whole.subarray(0, 3000)))).code).toBe('DAMAGED');
  expect((await refusal(unpack(Buffer.from('no tar at all '.repeat(100))))).code).toBe('DAMAGED');
});

test('unpacking ends at once when it is cancelled', async () => {
  const cancel = new AbortController();
  const endless = Readable.from(
    (async function* () {
      yield (await tarOf([{ name: 'big', text: 'x'.repeat(10_000_000) }])).subarray(0, 2048);
      cancel.abort(new Error('changed my mind'));
      await new Promise(() => {});
    })(),
  );
  const work = unpackTar(endless, dir, { field: 'source.location', signal: cancel.signal });
  await expect(work).rejects.toThrow('changed my mind');
});

test('links that go round in circles, or nowhere, lead nowhere', () => {
  expect(
    findEscape(
      new Map([
        ['a', 'b'],
        ['b', 'a'],
        ['c', 'missing/x'],
      ]),
    ),
  ).toBeNull();
});
