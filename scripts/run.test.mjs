import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { expect, test } from 'vitest';

const folder = import.meta.dirname;

/**
 * Packages imported statically by a file and what it imports.
 * @param {string} file
 * @param {Set<string>} [seen]
 * @returns {string[]}
 */
function packagesOf(file, seen = new Set()) {
  if (seen.has(file)) return [];
  seen.add(file);
  const source = readFileSync(file, 'utf8');
  const specifiers = [...source.matchAll(/^import\s(?:[^;]*?from\s)?'([^']+)';/gm)].map(
    (match) => match[1] ?? '',
  );
  return specifiers.flatMap((specifier) => {
    if (specifier.startsWith('node:')) return [];
    if (specifier.startsWith('.')) return packagesOf(resolve(dirname(file), specifier), seen);
    return [`${specifier} in ${file}`];
  });
}

test('every task begins on a bare clone, where there is no node_modules yet', () => {
  const tasks = readdirSync(join(folder, 'tasks')).filter((name) => !name.endsWith('.test.mjs'));
  const entries = ['run.mjs', ...tasks.map((name) => join('tasks', name))];
  expect(entries.flatMap((entry) => packagesOf(join(folder, entry)))).toEqual([]);
});
