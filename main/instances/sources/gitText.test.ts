import { expect, test } from 'vitest';
import { gitProgress } from './gitProgress.ts';
import { parseRefs } from './gitRefs.ts';
import { versionInName } from './lavaTree.ts';
import { withoutCredentials } from './safeUrl.ts';

test('a fetch goes forward through what git says', () => {
  const lines = [
    'remote: Counting objects:  50% (5/10)',
    'remote: Compressing objects: 100% (10/10), done.',
    'Receiving objects:  45% (450/1000), 1.2 MiB | 3 MiB/s',
    'Resolving deltas: 100% (9/9), done.',
  ];
  const shares = lines.map((line) => gitProgress(line) ?? -1);
  expect(shares).toEqual([...shares].sort((a, b) => a - b));
  expect(shares.at(-1)).toBe(1);
  expect(gitProgress('From https://example.org/lava')).toBeNull();
});

test('refs and the default branch are read from what git lists', () => {
  const id = '1'.repeat(40);
  const { refs, head } = parseRefs(
    `ref: refs/heads/main\tHEAD\n${id}\tHEAD\n${id}\trefs/tags/a b^{}\nrubbish\n`,
  );
  expect(head).toBe('refs/heads/main');
  expect([...refs.keys()]).toEqual(['HEAD', 'refs/tags/a b^{}']);
});

test('a version is found in the name of an archive, or not at all', () => {
  expect(versionInName('lava-2026.09.tar.gz')).toBe('2026.09');
  expect(versionInName('lava_2026.09.1.orig.tar.xz')).toBe('2026.09.1');
  expect(versionInName('lava-v2026.09')).toBe('2026.09');
  expect(versionInName('lava-master.tar.gz')).toBeNull();
});

test('names and passwords are never shown', () => {
  expect(withoutCredentials('https://me:secret@example.org/lava.git')).toBe('https://example.org/lava.git');
  expect(withoutCredentials('git@example.org:lava.git')).toBe('git@example.org:lava.git');
});
