import { expect, test } from 'vitest';
import { explainDisable } from './portPower.ts';

const failing = (code: string) => Object.assign(new Error(`${code}: no`), { code });

test.each([
  ['EACCES', 'PERMISSION_DENIED'],
  ['EPERM', 'PERMISSION_DENIED'],
  ['EROFS', 'PERMISSION_DENIED'],
  ['ENOENT', 'DEVICE_GONE'],
  ['ENODEV', 'DEVICE_GONE'],
  ['EIO', 'COMMAND_FAILED'],
] as const)('a write that fails with %s is told as %s', (errno, code) => {
  const told = explainDisable(failing(errno), '/sys/x/disable');
  expect(told.code).toBe(code);
  expect(told.message).not.toContain('\n');
});

test('a missing right leads to the doctor', () => {
  expect(explainDisable(failing('EACCES'), '/sys/x/disable')).toMatchObject({
    message: '/sys/x/disable may not be written',
    hint: expect.stringContaining('doctor'),
  });
});
