import { expect, test } from 'vitest';
import { freeName, nameFromText } from './freeName.ts';

test('a new name is the first free number', () => {
  expect(freeName('virtual', [])).toBe('virtual-1');
  expect(freeName('virtual', ['virtual-1', 'virtual-3', 'qemu-2'])).toBe('virtual-2');
});

test('any product text becomes a valid name, or none', () => {
  expect(nameFromText('FT232R USB UART')).toBe('ft232r-usb-uart');
  expect(nameFromText('  (C) Äcme!  ')).toBe('c-cme');
  expect(nameFromText('***')).toBe('');
});
