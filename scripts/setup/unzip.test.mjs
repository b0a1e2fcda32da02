import { mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { deflateRawSync } from 'node:zlib';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { unzip } from './unzip.mjs';

let folder = '';

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'labdeck-zip-'));
});

afterEach(() => rm(folder, { recursive: true }));

/** @param {number} size @param {[number, number, 2 | 4][]} fields offset, value, bytes */
function record(size, fields) {
  const buffer = Buffer.alloc(size);
  for (const [at, value, bytes] of fields) buffer.writeUIntLE(value, at, bytes);
  return buffer;
}

/** @param {{ name: string, text: string, mode: number, deflate: boolean }[]} files */
function makeZip(files) {
  const chunks = [];
  const directory = [];
  let offset = 0;
  for (const { name, text, mode, deflate } of files) {
    const data = deflate ? deflateRawSync(text) : Buffer.from(text);
    const method = deflate ? 8 : 0;
    const local = record(30, [
      [0, 0x04034b50, 4],
      [8, method, 2],
      [26, name.length, 2],
    ]);
    chunks.push(local, Buffer.from(name), data);
    const entry = record(46, [
      [0, 0x02014b50, 4],
      [10, method, 2],
      [20, data.length, 4],
      [28, name.length, 2],
      [40, mode, 2],
      [42, offset, 4],
    ]);
    directory.push(entry, Buffer.from(name));
    offset += 30 + name.length + data.length;
  }
  const entries = Buffer.concat(directory);
  const end = record(22, [
    [0, 0x06054b50, 4],
    [10, files.length, 2],
    [12, entries.length, 4],
    [16, offset, 4],
  ]);
  return Buffer.concat([...chunks, entries, end]);
}

test('stored and deflated files come out with their contents and executable bits', async () => {
  const archive = join(folder, 'a.zip');
  await writeFile(
    archive,
    makeZip([
      { name: 'top/run', text: '#!/bin/sh\n', mode: 0o100755, deflate: false },
      { name: 'top/text', text: 'word '.repeat(1000), mode: 0o100644, deflate: true },
      { name: 'top/skipped', text: 'no', mode: 0o100644, deflate: false },
    ]),
  );
  const out = join(folder, 'out');
  await unzip(archive, out, (name) => (name.endsWith('skipped') ? undefined : name.replace('top/', '')));
  expect(await readFile(join(out, 'text'), 'utf8')).toBe('word '.repeat(1000));
  expect((await stat(join(out, 'run'))).mode & 0o111).not.toBe(0);
  await expect(stat(join(out, 'skipped'))).rejects.toThrow();
});

test('an entry that points outside the folder is refused', async () => {
  const archive = join(folder, 'a.zip');
  await writeFile(archive, makeZip([{ name: '../evil', text: 'x', mode: 0o100644, deflate: false }]));
  await expect(unzip(archive, join(folder, 'out'), (name) => name)).rejects.toThrow('points outside');
});

test('something that is no archive is refused', async () => {
  await writeFile(join(folder, 'a.zip'), 'not a zip, and long enough to hold the end record');
  await expect(unzip(join(folder, 'a.zip'), folder, (name) => name)).rejects.toThrow('not a zip archive');
});
