import { expect, test } from 'vitest';
import { archivesInList, archivesInStanzas } from './aptSources.ts';
import { bootstrapProgress, buildProgress } from './buildProgress.ts';
import { settingsIn } from './hostApt.ts';
import { factsReader } from './imageFacts.ts';

function follow(lines: readonly string[], reader = buildProgress(true)): number[] {
  return lines.map((line) => reader.read(line));
}
const risesTo = (shares: readonly number[], least: number) => {
  expect(shares).toEqual([...shares].sort((a, b) => a - b));
  expect(shares.at(-1)).toBeGreaterThanOrEqual(least);
  expect(shares.at(-1)).toBeLessThanOrEqual(1);
};

test('a build goes forward with the packages apt says it will install', () => {
  const shares = follow([
    'STEP 1/4: FROM base',
    'STEP 2/4: RUN apt-get install',
    'Get:1 http://example.org/debian forky InRelease [151 kB]',
    '0 upgraded, 2 newly installed, 0 to remove and 0 not upgraded.',
    'Get:1 http://example.org/debian forky/main amd64 git amd64 1:2.47.1-1 [8,862 kB]',
    'Get:2 http://example.org/debian forky/main amd64 xz-utils amd64 5.8.1-1 [662 kB]',
    'Unpacking git (1:2.47.1-1) ...',
    'Unpacking xz-utils (5.8.1-1) ...',
    'Setting up git (1:2.47.1-1) ...',
    'Setting up xz-utils (5.8.1-1) ...',
    'STEP 4/4: CMD []',
    'COMMIT',
  ]);
  risesTo(shares, 0.85);
  expect(shares[9]).toBeGreaterThan(0.6);
  expect(shares[3]).toBeLessThan(0.2);
});

test('a build by docker, with its own numbering, and one without apt go forward, too', () => {
  const docker = [
    '#4 [1/3] FROM base',
    '#5 [2/3] RUN x',
    '#5 1.2 hello',
    '#6 [3/3] RUN y',
    '#7 exporting to image',
  ];
  risesTo(follow(docker, buildProgress(false)), 0.85);
  const podman = ['STEP 1/2: FROM base', 'STEP 2/2: RUN x', 'nonsense 99/100', 'COMMIT'];
  risesTo(follow(podman, buildProgress(false)), 0.85);
});

test('more packages announced later do not turn a build back', () => {
  const shares = follow([
    '0 upgraded, 1 newly installed, 0 to remove.',
    'Unpacking a (1) ...',
    'Setting up a (1) ...',
    '0 upgraded, 99 newly installed, 0 to remove.',
    'Unpacking b (1) ...',
  ]);
  risesTo(shares, 0.4);
});

test('a bootstrap goes forward with what mmdebstrap says', () => {
  const lines = [
    'I: running apt-get update...',
    'I: extracting archives...',
    'done',
    'I: creating tarball...',
    'I: done',
  ];
  risesTo(follow(lines, bootstrapProgress()), 0.9);
});

test('archives are read from both formats of sources, without those switched off or not of the web', () => {
  const list = [
    'deb http://a.example/debian stable main',
    'deb [arch=amd64 signed-by=/k.gpg] https://b.example/debian stable main # note',
    '# deb http://off.example/debian stable main',
    'deb-src http://src.example/debian stable main',
    'deb cdrom:[Debian]/ stable main',
    'deb file:/srv/debian stable main',
  ];
  expect(archivesInList(list.join('\n'))).toEqual(['http://a.example/debian', 'https://b.example/debian']);
  const stanzas = `Types: deb deb-src
# a comment
URIs: http://c.example/debian
 http://d.example/debian
Suites: stable

Types: deb
Enabled: no
URIs: http://off.example/debian

Types: deb-src
URIs: http://src.example/debian
`;
  expect(archivesInStanzas(stanzas)).toEqual(['http://c.example/debian', 'http://d.example/debian']);
});

test('of the settings of apt only those go into an image that it cannot do without', () => {
  const dump = [
    'APT "";',
    'Acquire::Check-Valid-Until "false";',
    'Acquire::http::Proxy "http://proxy.example:3128";',
    'Acquire::https::Proxy "http://127.0.0.1:3142";',
    'DPkg::Post-Invoke:: "rm -f /x";',
  ];
  expect(settingsIn(dump.join('\n'))).toEqual([dump[1], dump[2]]);
});

test('what an image has is read from its build, and an echo or rubbish is not taken for it', () => {
  const reader = factsReader();
  reader.read(`STEP 3/4: RUN printf 'labdeck-image %s\\n' "$(cat x)"`);
  expect(reader.facts()).toBeNull();
  reader.read('labdeck-image {"recipe":1,"lavaVersion":"2026.09","sourceVersion":null,"migrations":{}}');
  reader.read('#9 0.1 labdeck-package 2026.09-1');
  expect(reader.facts()).toEqual({
    lavaVersion: '2026.09',
    sourceVersion: null,
    packageVersion: '2026.09-1',
  });
  reader.read('labdeck-image {cut');
  expect(reader.facts()).toBeNull();
});
