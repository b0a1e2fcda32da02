import { expect, test } from 'vitest';
import type { Boot } from '../../../main/contract/index.ts';
import { applyBoots } from './bootsStore.ts';

const boot = (bootId: number, outcome: Boot['outcome'] = 'good'): Boot => ({
  bootId,
  begun: 'banner',
  fromOffset: bootId * 100,
  toOffset: null,
  startedAtMs: bootId,
  endedAtMs: null,
  outcome,
  stages: [],
});
const range = (from: number, to: number) => Array.from({ length: from - to + 1 }, (_, at) => boot(from - at));
const ids = (state: { readonly boots: readonly Boot[] | null }) => state.boots?.map((each) => each.bootId);

test('a boot that changes takes its own place, a new one stands first', () => {
  const first = applyBoots(
    { boots: null, complete: false },
    { type: 'snapshot', boots: [boot(2, 'running'), boot(1)] },
  );
  const changed = applyBoots(first, { type: 'boot', boot: boot(2, 'failed') });
  const grown = applyBoots(changed, { type: 'boot', boot: boot(3, 'running') });
  expect(ids(grown)).toEqual([3, 2, 1]);
  expect(grown.boots?.[1]?.outcome).toBe('failed');
});

test('fewer boots than a page are all there are', () => {
  expect(applyBoots({ boots: null, complete: false }, { type: 'snapshot', boots: [boot(1)] }).complete).toBe(
    true,
  );
  expect(
    applyBoots({ boots: null, complete: false }, { type: 'snapshot', boots: range(250, 151) }).complete,
  ).toBe(false);
});

test('after a core restarted, older boots that were loaded stay listed', () => {
  const state = { boots: range(250, 51), complete: false };
  const again = applyBoots(state, { type: 'snapshot', boots: range(251, 152) });
  expect(ids(again)?.length).toBe(201);
  expect(again.complete).toBe(false);
});
