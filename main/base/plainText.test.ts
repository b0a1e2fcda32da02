import { expect, test } from 'vitest';
import { isReadable, plainText } from './plainText.ts';

test('words that would hide what is typed are told from readable ones', () => {
  for (const word of ['plain', '$(reboot)', 'two words', 'ümlaut', '\\', ''])
    expect(isReadable(word), word).toBe(true);
  for (const word of ['a\nb', '\x1b[2J', 'a\u202eb', 'a\u200bb', '\u0000'])
    expect(isReadable(word)).toBe(false);
});

test('what a device says of itself cannot steer a terminal', () => {
  expect(plainText('Cable\x1b]0;gone\x07\r\n  rev\u202e 2 ')).toBe('Cable\ufffd]0;gone\ufffd rev\ufffd 2');
});
