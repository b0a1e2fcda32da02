import { expect, test } from 'vitest';
import { sentence } from './sentence.ts';

test('what the core says becomes a sentence', () => {
  expect(sentence('the outlet says it is on')).toBe('The outlet says it is on.');
  expect(sentence('No power outlet is bound')).toBe('No power outlet is bound.');
  expect(sentence('is it running?')).toBe('Is it running?');
});

test('a name at its beginning is spelled as it is', () => {
  expect(sentence('virtual-3 is off')).toBe('virtual-3 is off.');
  expect(sentence('/dev/ttyACM0 is not there')).toBe('/dev/ttyACM0 is not there.');
  expect(sentence('usb-NXP_debug is not plugged in')).toBe('usb-NXP_debug is not plugged in.');
});
