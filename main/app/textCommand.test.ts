import { expect, test } from 'vitest';
import { textCommand } from './textCommand.ts';

const packaged = (...args: string[]) => textCommand(['/usr/bin/labdeck', ...args], false);

test('without a command a window is wanted, whatever else is said', () => {
  expect(packaged()).toBeNull();
  expect(packaged('--data', '/bench', '--verbose', '--json')).toBeNull();
  expect(packaged('--data=--doctor')).toBeNull();
});

test('the doctor and the headless host get our arguments as they were written, mistakes too', () => {
  expect(packaged('--doctor', '--json', '--data', '/bench')).toEqual({
    name: 'doctor',
    args: ['--doctor', '--json', '--data', '/bench'],
  });
  expect(packaged('--headless', '--prot', '80')).toEqual({
    name: 'headless',
    args: ['--headless', '--prot', '80'],
  });
});

test('a doctor that is asked headless is a doctor', () => {
  expect(packaged('--headless', '--doctor')?.name).toBe('doctor');
});

test('what launchers add for Chromium is not ours to judge', () => {
  const added = ['--no-sandbox', '--disable-gpu', '--ozone-platform-hint=auto', '--password-store=basic'];
  expect(packaged(...added)).toBeNull();
  expect(packaged(...added, '--doctor', '--inspect=0')?.args).toEqual(['--doctor']);
});

test('in a checkout the application Electron was given is no argument of ours', () => {
  expect(textCommand(['/electron', '--no-sandbox', '/src/labdeck', '--doctor', '--json'], true)).toEqual({
    name: 'doctor',
    args: ['--doctor', '--json'],
  });
});
