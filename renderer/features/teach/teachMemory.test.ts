import { expect, test } from 'vitest';
import { parsePlace } from './teachMemory.ts';

test('only what a window of ours wrote is taken up again', () => {
  const place = { teachId: 'a1', stage: 'cable', open: true } as const;
  expect(parsePlace(JSON.stringify(place))).toEqual(place);
  expect(parsePlace(null)).toBeNull();
  expect(parsePlace('7')).toBeNull();
  expect(parsePlace('{"teachId":"a1","stage":"dance","open":true}')).toBeNull();
});
