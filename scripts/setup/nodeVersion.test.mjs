import { expect, test } from 'vitest';
import { isSupportedNode } from './nodeVersion.mjs';

test('20.19 is the oldest Node that will do', () => {
  expect(['20.19.0', '20.20.2', '22.0.0', '24.1.0'].map(isSupportedNode)).toEqual([true, true, true, true]);
  expect(['20.18.9', '18.20.0'].map(isSupportedNode)).toEqual([false, false]);
});
