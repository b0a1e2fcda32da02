import { expect, test } from 'vitest';
import { hintParts } from './engineWords.ts';
import { countMatches, findInText } from './findText.ts';
import { addressText, formatPercent, usageText } from './usageText.ts';
import { limitsText } from './watchWords.ts';

test('the command a hint ends with can be copied by itself', () => {
  expect(hintParts('Install it: sudo apt install podman')).toEqual({
    text: 'Install it:',
    command: 'sudo apt install podman',
  });
  expect(hintParts('See what "podman info" says.')).toEqual({
    text: 'See what "podman info" says.',
    command: null,
  });
});

test('what is looked for in a log is found as written, in large letters and small', () => {
  const found = findInText('Error: no.\nerror (again)', 'ERROR');
  expect(found.map(({ text }) => text).join('')).toBe('Error: no.\nerror (again)');
  expect(countMatches(found)).toBe(2);
  expect(countMatches(findInText('a.b axb', 'a.b'))).toBe(1);
  expect(countMatches(findInText('anything', ''))).toBe(0);
});

test('use is told in figures, and as unknown where it stands still', () => {
  expect(usageText(null)).toEqual({ cpu: '–', memory: '–', disk: '–' });
  expect(usageText({ cpuPercent: 0.42, memoryBytes: 398e6, diskBytes: null })).toEqual({
    cpu: '0.4 %',
    memory: '398 MB',
    disk: '–',
  });
  expect(formatPercent(37.2)).toBe('37 %');
  expect(addressText('http://127.0.0.1:8100/')).toBe('127.0.0.1:8100');
});

test('a watch says what limits it', () => {
  const watch = {
    watchId: 'lava',
    target: { kind: 'gitlab', project: 'https://gitlab.example.org/lava/lava', label: null },
    everyMinutes: 10,
    maxInstances: 1,
    memoryLimitBytes: null,
    totalMemoryBytes: 2_000_000_000,
    suite: 'forky',
    lean: true,
    hasToken: false,
    lastLookMs: null,
    problem: null,
    subjects: [],
  } as const;
  expect(limitsText({ ...watch, subjects: [] })).toBe(
    'Looks every 10 min, at most 1 instance, together 2.0 GB, lean',
  );
});
