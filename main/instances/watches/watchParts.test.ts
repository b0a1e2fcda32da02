import { describe, expect, test } from 'vitest';
import { branchMatcher } from './branchPattern.ts';
import { isSameRepository, parseProject } from './gitlabProject.ts';
import { nameFor } from './instanceNames.ts';

describe('patterns for branches', () => {
  test.each([
    ['master', 'master', true],
    ['master', 'masters', false],
    ['feature/*', 'feature/a', true],
    ['feature/*', 'feature/', true],
    ['feature/*', 'feature/a/b', false],
    ['feature/**', 'feature/a/b', true],
    ['**', 'a/b/c', true],
    ['*', 'a/b', false],
    ['*/fix-*', 'me/fix-1', true],
    ['*/fix-*', 'me/you/fix-1', false],
    ['**/fix-*', 'me/you/fix-1', true],
    ['a*b*c', 'aXbXbc', true],
    ['a*b*c', 'ac', false],
    ['20??', '2023', false],
    ['v.*', 'vx1', false],
  ])('%s against %s: %s', (pattern, name, expected) => {
    expect(branchMatcher(pattern)(name)).toBe(expected);
  });

  test('many stars take no more time than few', () => {
    const startedMs = performance.now();
    const isWanted = branchMatcher(`${'a*'.repeat(120)}b`);
    for (let count = 0; count < 20; count += 1) expect(isWanted('a'.repeat(255))).toBe(false);
    // A backtracking expression would need longer than the universe has been there.
    expect(performance.now() - startedMs).toBeLessThan(2_000);
  });
});

describe('names of instances', () => {
  const none = new Set<string>();
  test.each([
    ['lava', '!12', 'lava-12'],
    ['lava', 'feature/Big_Thing', 'lava-feature-big-thing'],
    ['lava', 'release-', 'lava-release'],
  ])('%s and %s make %s', (watchId, subject, expected) => {
    expect(nameFor(watchId, subject, none)).toBe(expected);
  });

  test('one that is taken, too long or says nothing gets a checksum, the same each time', () => {
    expect(nameFor('lava', '!12', new Set(['lava-12']))).toMatch(/^lava-12-[0-9a-f]{6}$/);
    const long = nameFor('a-watch-of-20-letter', 'a-rather-long-branch-name', none);
    expect(long).toMatch(/-[0-9a-f]{6}$/);
    expect(long.length).toBeLessThanOrEqual(40);
    expect(nameFor('a-watch-of-20-letter', 'a-rather-long-branch-name', none)).toBe(long);
    expect(nameFor('lava', '日本', none)).toMatch(/^lava-[0-9a-f]{6}$/);
  });

  test('branches that look alike never share one', () => {
    const taken = new Set<string>();
    for (const subject of ['a/b', 'a-b', 'a_b', 'A-B', 'a.b', 'a--b'])
      taken.add(nameFor('w', subject, taken));
    expect(taken.size).toBe(6);
  });
});

describe('addresses', () => {
  test.each([
    ['https://gitlab.example.org/lava/lava', 'lava/lava'],
    ['https://gitlab.example.org/a/b/c.git', 'a/b/c'],
    ['https://gitlab.example.org/a/b/-/merge_requests/12', 'a/b'],
    ['https://gitlab.example.org/a/b/', 'a/b'],
  ])('%s is the project %s', (address, path) => {
    expect(parseProject(address)).toEqual({
      origin: 'https://gitlab.example.org',
      path,
      repository: `https://gitlab.example.org/${path}.git`,
    });
  });

  test.each([
    'https://gitlab.example.org/',
    'https://gitlab.example.org/group',
    'https://gitlab.example.org/a//b',
  ])('%s names no project', (address) => expect(parseProject(address)).toBeNull());

  test('a repository is known again by each of its addresses, and by no other', () => {
    expect(isSameRepository('https://H.example/a/b.git', 'https://h.example/a/b/')).toBe(true);
    expect(isSameRepository('https://h.example/a/b', 'https://h.example/a/c')).toBe(false);
    expect(isSameRepository('https://h.example/a/b', 'http://h.example/a/b')).toBe(false);
    expect(isSameRepository('/srv/lava.git', '/srv/lava')).toBe(true);
  });
});
