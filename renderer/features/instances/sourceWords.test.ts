import { expect, test } from 'vitest';
import { sourceTitle, targetTitle } from './sourceWords.ts';

test('a source is called by what people know it by', () => {
  expect(sourceTitle({ kind: 'package', suite: 'sid' })).toBe('LAVA from Debian sid');
  expect(
    sourceTitle({
      kind: 'tarball',
      location: 'https://example.org/releases/lava-2026.09.tar.gz?raw=1',
      sha256: null,
      suite: 'forky',
    }),
  ).toBe('release lava-2026.09.tar.gz');
  const repository = 'git@example.org:lava/lava.git';
  expect(sourceTitle({ kind: 'branch', repository, at: null, suite: 'forky' })).toBe(
    'default branch of lava.git',
  );
  expect(
    sourceTitle({ kind: 'branch', repository, at: { kind: 'merge-request', number: 12 }, suite: 'forky' }),
  ).toBe('merge request !12 of lava.git');
});

test('a watch is called by what it looks at', () => {
  expect(targetTitle({ kind: 'branches', repository: '/srv/lava/', pattern: 'feature/*' })).toBe(
    'Branches feature/* of lava',
  );
  expect(targetTitle({ kind: 'gitlab', project: 'https://gitlab.example.org/lava/lava', label: 'try' })).toBe(
    'Merge requests labelled try of lava/lava',
  );
});
