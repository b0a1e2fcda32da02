import { expect, test } from 'vitest';
import { instanceSource } from '../contract/index.ts';
import { sourceTitle } from './sourceTitle.ts';

test.each([
  [{ kind: 'package' }, 'LAVA from Debian forky'],
  [{ kind: 'tarball', location: 'https://lab.example/lava-2026.10.tar.gz' }, 'LAVA from lava-2026.10.tar.gz'],
  [{ kind: 'branch', repository: '/lava' }, 'LAVA from the default branch of /lava'],
  [
    { kind: 'branch', repository: '/lava', at: { kind: 'merge-request', number: 12 } },
    'LAVA from merge request !12 of /lava',
  ],
  [{ kind: 'image', reference: 'lab.example/lava:1' }, 'lab.example/lava:1'],
])('%o is called %s', (source, title) => {
  expect(sourceTitle(instanceSource.parse(source))).toBe(title);
});

test.each([
  { kind: 'branch', repository: '--upload-pack=evil' },
  { kind: 'branch', repository: 'ext::sh -c evil' },
  { kind: 'branch', repository: '/lava', at: { kind: 'branch', name: '-x' } },
  { kind: 'branch', repository: '/lava', at: { kind: 'tag', name: 'a..b' } },
  { kind: 'tarball', location: 'ftp://lab.example/lava.tar' },
  { kind: 'image', reference: '--privileged' },
  { kind: 'branch', repository: 'https://me:token@lab.example/lava.git' },
  { kind: 'branch', repository: 'https://token@lab.example/lava.git' },
  { kind: 'branch', repository: 'ssh://git:secret@lab.example/lava.git' },
  { kind: 'tarball', location: 'https://me:token@lab.example/lava.tar.gz' },
])('%o is no source', (source) => {
  expect(instanceSource.safeParse(source).success).toBe(false);
});

test.each(['git@lab.example:lava.git', 'ssh://git@lab.example/lava.git', '/home/me/a:b@c/lava'])(
  '%s is a source',
  (repository) => {
    expect(instanceSource.safeParse({ kind: 'branch', repository }).success).toBe(true);
  },
);
