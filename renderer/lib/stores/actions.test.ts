import { ORPCError } from '@orpc/client';
import { expect, test } from 'vitest';
import { Actions } from './actions.ts';

test('an action is pending until answered, and a second one at the same place is not started', async () => {
  const actions = new Actions();
  let finish: () => void = () => {};
  const first = actions.run(
    'power:a',
    'on',
    () =>
      new Promise<void>((resolve) => {
        finish = resolve;
      }),
  );
  expect(actions.store.getState().pending).toEqual({ 'power:a': 'on' });
  expect(await actions.run('power:a', 'off', () => Promise.reject(new Error('never run')))).toBe(false);
  finish();
  expect(await first).toBe(true);
  expect(actions.store.getState()).toEqual({ pending: {}, problems: {} });
});

test('a problem stays at its place until the next try there', async () => {
  const actions = new Actions();
  const refused = new ORPCError('LEASED', {
    message: 'lava has it',
    data: { hint: 'Wait.', field: 'state' },
  });
  expect(await actions.run('power:a', 'on', () => Promise.reject(refused))).toBe(false);
  expect(actions.store.getState().problems['power:a']).toEqual({
    code: 'LEASED',
    message: 'lava has it',
    hint: 'Wait.',
    field: 'state',
  });
  await actions.run('power:b', 'on', () => Promise.resolve());
  expect(Object.keys(actions.store.getState().problems)).toEqual(['power:a']);
  await actions.run('power:a', 'on', () => Promise.resolve());
  expect(actions.store.getState().problems).toEqual({});
});
