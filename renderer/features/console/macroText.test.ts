import { expect, test } from 'vitest';
import type { Macro } from '../../../main/contract/index.ts';
import { macroAsks, macroVariables } from './macroText.ts';

const macro = (text: string, defaults: Macro['defaults'] = {}): Macro => ({
  name: 'net',
  console: 'main',
  text,
  defaults,
});

test('a macro’s variables are found once each, without those Labdeck knows itself', () => {
  expect(macroVariables('tftp {{addr}} {{ file }}\n{{addr}} {{board}} {{date}} {{ 1no }}')).toEqual([
    'addr',
    'file',
  ]);
});

test('a macro asks only for what has no default', () => {
  expect(macroAsks(macro('version\n'))).toBe(false);
  expect(macroAsks(macro('tftp {{addr}}'))).toBe(true);
  expect(macroAsks(macro('tftp {{addr}}', { addr: '0x80000000' }))).toBe(false);
});
