import { mkdir, mkdtemp, rm, utimes, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { sourceHash } from './sourceHash.mjs';

let root = '';

beforeEach(async () => {
  root = await mkdtemp(join(tmpdir(), 'labdeck-hash-'));
  await mkdir(join(root, 'main', 'deep'), { recursive: true });
  await writeFile(join(root, 'main', 'deep', 'a.ts'), 'one');
  await writeFile(join(root, 'config.ts'), 'config');
});

afterEach(() => rm(root, { recursive: true }));

const hash = () => sourceHash(root, ['main', 'config.ts', 'absent']);

test('a changed, added, removed or renamed source makes a build stale', async () => {
  const seen = new Set([await hash()]);
  await writeFile(join(root, 'main', 'deep', 'a.ts'), 'two');
  seen.add(await hash());
  await writeFile(join(root, 'main', 'b.ts'), '');
  seen.add(await hash());
  await rm(join(root, 'config.ts'));
  seen.add(await hash());
  expect(seen.size).toBe(4);
});

test('a touched file or a new test does not', async () => {
  const before = await hash();
  await utimes(join(root, 'config.ts'), 1, 1);
  await writeFile(join(root, 'main', 'deep', 'a.test.ts'), 'a test');
  expect(await hash()).toBe(before);
});
