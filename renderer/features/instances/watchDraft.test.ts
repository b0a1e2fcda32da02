import { expect, test } from 'vitest';
import { newWatch } from '../../../main/contract/watches.ts';
import { checkWatch, defaultWatch, toWatch } from './watchDraft.ts';

const draft = { ...defaultWatch('lava'), project: 'https://gitlab.example.org/lava/lava' };

test('a project is all a new watch needs', () => {
  expect(checkWatch(draft, [])).toEqual({});
  expect(newWatch.parse(toWatch(draft))).toMatchObject({
    watchId: 'lava',
    target: { kind: 'gitlab', label: null },
    everyMinutes: 10,
    token: null,
  });
});

test('each mistake is found at its field', () => {
  expect(checkWatch({ ...draft, project: 'lava' }, [])).toHaveProperty('target.project');
  expect(checkWatch({ ...draft, kind: 'branches' }, [])).toHaveProperty('target.repository');
  expect(checkWatch({ ...draft, maxInstances: '0' }, [])).toHaveProperty('maxInstances');
  expect(checkWatch(draft, ['lava'])).toHaveProperty('watchId');
});
