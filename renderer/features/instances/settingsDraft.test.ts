import { expect, test } from 'vitest';
import type { Instance } from '../../../main/contract/index.ts';
import { checkPatch, needsRestart, settingsDraft, toPatch } from './settingsDraft.ts';

const instance = {
  name: 'home',
  port: 8100,
  memoryLimitBytes: null,
  lean: false,
  autostart: true,
  backup: { everyHours: null, keep: 7, maxAgeDays: null },
} as Instance;
const draft = settingsDraft(instance);

test('what was not touched is not sent', () => {
  expect(toPatch(draft, instance)).toBeNull();
  expect(toPatch({ ...draft, port: ' 8100 ' }, instance)).toBeNull();
  expect(toPatch({ ...draft, autostart: false }, instance)).toEqual({ autostart: false });
  expect(toPatch({ ...draft, memoryMib: '1024' }, instance)).toEqual({ memoryLimitBytes: 1024 ** 3 });
  expect(toPatch({ ...draft, policy: { ...draft.policy, everyHours: '6' } }, instance)).toEqual({
    backup: { everyHours: 6, keep: 7, maxAgeDays: null },
  });
});

test('what the core would refuse is refused here, at its field', () => {
  const patch = (part: object) => toPatch({ ...draft, ...part }, instance) ?? {};
  expect(checkPatch(patch({ port: 'eighty' }), [])).toHaveProperty('port');
  expect(checkPatch(patch({ name: 'other' }), ['other'])).toHaveProperty('rename');
  expect(checkPatch(patch({ name: 'No!' }), [])).toHaveProperty('rename');
  expect(checkPatch(patch({ name: 'lab' }), ['other'])).toEqual({});
});

test('only what the container is made with needs it to be started again', () => {
  expect(needsRestart({ autostart: false })).toBe(false);
  expect(needsRestart({ port: 8101 })).toBe(true);
});
