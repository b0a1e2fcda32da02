import { expect, test } from 'vitest';
import { debArchitecture, debControl, debVersion } from './debControl.mjs';

test('a pre-release sorts before its release', () => {
  expect(debVersion('1.2.0-beta.1')).toBe('1.2.0~beta.1');
  expect(debVersion('1.2.0')).toBe('1.2.0');
});

test('the control file ends with a newline and keeps empty lines of the description', () => {
  const control = debControl({
    name: 'labdeck',
    version: '1.0.0',
    architecture: debArchitecture('x64'),
    maintainer: 'A <a@example.org>',
    homepage: 'https://example.org',
    summary: 'short',
    description: 'long\n\nmore',
    depends: ['libgtk-3-0t64 | libgtk-3-0', 'udev'],
    recommends: ['qemu-system-arm'],
    installedKb: 7,
  });
  expect(control).toContain('Architecture: amd64\n');
  expect(control).toContain('Depends: libgtk-3-0t64 | libgtk-3-0, udev\n');
  expect(control.endsWith('Description: short\n long\n .\n more\n')).toBe(true);
});
