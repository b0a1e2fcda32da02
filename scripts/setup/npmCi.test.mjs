import { expect, test } from 'vitest';
import { isInstalled } from './npmCi.mjs';

const wanted = {
  packages: {
    '': { version: '0.1.0' },
    'node_modules/a': { version: '1.0.0', integrity: 'sha512-a' },
    'node_modules/a-win': { version: '1.0.0', integrity: 'sha512-w', optional: true },
  },
};

test("another platform's optional binaries may be missing", () => {
  const installed = { packages: { 'node_modules/a': { version: '1.0.0', integrity: 'sha512-a' } } };
  expect(isInstalled(wanted, installed)).toBe(true);
});

test('a package the lock file has in another version is reinstalled', () => {
  const installed = { packages: { 'node_modules/a': { version: '0.9.0', integrity: 'sha512-a' } } };
  expect(isInstalled(wanted, installed)).toBe(false);
});

test('a package with other contents is reinstalled', () => {
  const installed = { packages: { 'node_modules/a': { version: '1.0.0', integrity: 'sha512-b' } } };
  expect(isInstalled(wanted, installed)).toBe(false);
});

test('a missing package is installed', () => {
  expect(isInstalled(wanted, { packages: {} })).toBe(false);
  expect(isInstalled(wanted, {})).toBe(false);
});

test('what a developer added by hand does no harm', () => {
  const installed = {
    packages: {
      'node_modules/a': { version: '1.0.0', integrity: 'sha512-a' },
      'node_modules/extra': { version: '3.0.0' },
    },
  };
  expect(isInstalled(wanted, installed)).toBe(true);
});
