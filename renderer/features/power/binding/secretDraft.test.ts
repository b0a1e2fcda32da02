import { expect, test } from 'vitest';
import type { PowerBinding } from '../../../../main/contract/index.ts';
import { newOutlet } from './outletDraft.ts';
import { keepSecret, mayKeepSecret, secretToSet, typedSecret } from './secretDraft.ts';

test('an untouched or emptied field tells the core nothing; only forgetting removes what is kept', () => {
  expect(secretToSet(keepSecret)).toBeUndefined();
  expect(secretToSet(typedSecret(''))).toBeUndefined();
  expect(secretToSet(typedSecret(' s3cret '))).toBe(' s3cret ');
  expect(secretToSet({ kind: 'forget' })).toBeNull();
  expect(secretToSet({ kind: 'forgotten' })).toBeUndefined();
});

test('a password may be kept for the server that is bound, and for no other', () => {
  const bound: PowerBinding = { kind: 'tasmota', url: 'http://plug.lan', relay: 1, user: 'admin' };
  const plug = { kind: 'tasmota', url: ' plug.lan/ ', relay: '2', user: '' } as const;
  expect(mayKeepSecret(bound, plug)).toBe(true);
  expect(mayKeepSecret(bound, { ...plug, url: 'http://other.lan' })).toBe(false);
  expect(mayKeepSecret(bound, { ...newOutlet('shelly', plug) })).toBe(false);
  expect(mayKeepSecret(null, plug)).toBe(false);
});
