import { expect, test } from 'vitest';
import { loadAgain } from './lazily.ts';

test('what could not be loaded is loaded again, and only what never can be is an error', async () => {
  let tries = 0;
  const third = async () => {
    tries += 1;
    if (tries < 3) throw new Error('network changed');
    return 'page';
  };
  expect(await loadAgain(third, [1, 1])).toBe('page');
  await expect(loadAgain(() => Promise.reject(new Error('gone')), [1, 1])).rejects.toThrow('gone');
});
