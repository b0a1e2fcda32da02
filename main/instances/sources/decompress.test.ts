import { execFileSync } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { buffer } from 'node:stream/consumers';
import { gzipSync } from 'node:zlib';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { openDecompressed } from './decompress.ts';
import { findProgram } from './programPath.ts';

const content = Buffer.from(Array.from({ length: 50_000 }, (_, at) => `line ${at}\n`).join(''));
let file: string;
let dir: string;
beforeEach(async () => {
  dir = await mkdtemp(path.join(tmpdir(), 'labdeck-decompress-'));
  file = path.join(dir, 'name-that-says-nothing');
});
afterEach(() => rm(dir, { recursive: true, force: true }));

const programs = ['gzip', 'xz', 'bzip2', 'zstd'];
const there = await Promise.all(programs.map((name) => findProgram(name)));
const present = programs.filter((_, at) => there[at] !== null);

const open = async () => buffer(await openDecompressed(file, { field: 'source.location' }));

test.each(present)('%s is known by its content and taken away', async (program) => {
  await writeFile(file, execFileSync(program, ['-c'], { input: content }));
  expect((await open()).equals(content)).toBe(true);
});

const damaged = { code: 'DAMAGED', data: { field: 'source.location' } };

test.each(present)('%s cut in the middle is damaged', async (program) => {
  const packed = execFileSync(program, ['-c'], { input: content });
  await writeFile(file, packed.subarray(0, packed.length - 20));
  await expect(open()).rejects.toMatchObject(damaged);
});

// zstd has no checksum unless it is asked for one.
test.each(present.filter((program) => program !== 'zstd'))(
  '%s with other bytes in it is damaged',
  async (program) => {
    const packed = execFileSync(program, ['-c'], { input: content });
    const middle = Math.floor(packed.length / 2);
    await writeFile(file, packed.fill(0xff, middle, middle + 30));
    await expect(open()).rejects.toMatchObject(damaged);
  },
);

test('who stops reading in the middle leaves no program behind', async () => {
  await writeFile(file, execFileSync('xz', ['-c'], { input: content }));
  const stream = await openDecompressed(file, { field: 'source.location' });
  await once(stream, 'readable');
  stream.destroy();
  await once(stream, 'close');
  // The end of the read stream says that nobody waits for it any more.
  await expect(buffer(stream)).rejects.toThrow();
});

test('what is not compressed passes as it is', async () => {
  await writeFile(file, content);
  expect((await open()).equals(content)).toBe(true);
  await writeFile(file, gzipSync(''));
  expect(await open()).toHaveLength(0);
});
