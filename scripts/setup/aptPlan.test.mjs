import { expect, test } from 'vitest';
import { missingWishes, parseCandidates, parseInstalled, planInstall } from './aptPlan.mjs';

const sound = { names: ['libasound2t64', 'libasound2'] };
const socat = { names: ['socat'] };

test('either name of a renamed library counts as installed', () => {
  expect(missingWishes([sound, socat], new Set(['libasound2', 'socat']))).toEqual([]);
  expect(missingWishes([sound, socat], new Set(['libasound2t64']))).toEqual([socat]);
});

test('the name the release has is the one installed', () => {
  expect(planInstall([sound], new Set(['libasound2'])).install).toEqual(['libasound2']);
  expect(planInstall([sound], new Set(['libasound2t64'])).install).toEqual(['libasound2t64']);
});

test('what the release does not have is told, and the rest is installed', () => {
  expect(planInstall([sound, socat], new Set(['socat']))).toEqual({
    install: ['socat'],
    unavailable: [sound],
  });
});

test('a removed package whose settings remain is not installed', () => {
  const output = 'udev installed\nsocat config-files\nlibgbm1:amd64 installed\nxvfb not-installed\n';
  expect(parseInstalled(output)).toEqual(new Set(['udev', 'libgbm1:amd64']));
});

test('a purely virtual package is no candidate', () => {
  const output = [
    'libasound2t64:',
    '  Installed: (none)',
    '  Candidate: 1.2.14-1',
    '  Version table:',
    '     1.2.14-1 500',
    'libasound2:',
    '  Installed: (none)',
    '  Candidate: (none)',
    '  Version table:',
    'socat:',
    '  Installed: 1.8',
    '  Candidate: 1.8',
    '',
  ].join('\n');
  expect(parseCandidates(output)).toEqual(new Set(['libasound2t64', 'socat']));
});
