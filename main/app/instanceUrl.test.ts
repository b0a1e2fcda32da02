import { expect, test } from 'vitest';
import { isInstanceUrl } from './instanceUrl.ts';

test('a page of an instance may be opened', () => {
  expect(isInstanceUrl('http://127.0.0.1:8100/labdeck/login?token=abc')).toBe(true);
});

test('nothing else may: no file, no other host, no other scheme, no login in the address', () => {
  for (const url of [
    'file:///etc/passwd',
    'https://127.0.0.1:8100/',
    'http://example.org:8100/',
    'http://127.0.0.1.example.org:8100/',
    'http://127.0.0.1/',
    'http://127.0.0.1:22/',
    'http://127.0.0.1:8100@example.org/',
    'http://user:secret@127.0.0.1:8100/',
    'javascript:alert(1)',
    'nonsense',
    '',
  ])
    expect(isInstanceUrl(url), url).toBe(false);
});
