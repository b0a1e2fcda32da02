import { expect, test } from 'vitest';
import { type Boot, defaultLedLanguage, type LedRule } from '../../contract/index.ts';
import { frameOf } from './ledFrame.ts';
import { type LedFacts, stateByRules } from './ledRules.ts';

const orders: Record<string, number> = {
  spl: 30,
  'u-boot': 50,
  barebox: 50,
  kernel: 60,
  login: 80,
  shell: 85,
};
const say = (facts: Partial<LedFacts>, rules: readonly LedRule[] = defaultLedLanguage.rules) =>
  stateByRules(
    rules,
    { power: 'on', boots: [], holders: [], hasJob: false, ...facts },
    (name) => orders[name] ?? null,
  );

function boot(stages: readonly string[], fields: Partial<Boot> = {}): Boot {
  return {
    bootId: 1,
    begun: 'power-on',
    fromOffset: 0,
    toOffset: null,
    startedAtMs: 0,
    endedAtMs: null,
    outcome: 'running',
    stages: stages.map((stage) => ({
      stage,
      label: stage,
      fault: stage === 'panic',
      offset: 0,
      atMs: 0,
      durationMs: null,
      text: '',
    })),
    ...fields,
  };
}

test('as it comes, a board boots, runs, fails and is off', () => {
  expect(say({ power: 'unknown' })).toBeNull();
  expect(say({})).toBe('booting');
  expect(say({ boots: [boot(['u-boot', 'kernel'])] })).toBe('booting');
  expect(say({ boots: [boot(['u-boot', 'login'])] })).toBe('master-image');
  expect(say({ boots: [boot(['login'])], hasJob: true })).toBe('test-image');
  expect(say({ boots: [boot(['kernel', 'panic'], { outcome: 'failed' })] })).toBe('failed');
  expect(say({ power: 'off', boots: [boot(['panic'], { outcome: 'failed', toOffset: 9 })] })).toBe('off');
});

test('a stage counts once it is passed, and only of the present boot', () => {
  const rules: LedRule[] = [{ when: { kind: 'stage', stage: 'u-boot' }, state: 'recovery' }];
  expect(say({ boots: [boot(['spl'])] }, rules)).toBeNull();
  expect(say({ boots: [boot(['barebox'])] }, rules)).toBe('recovery');
  expect(say({ boots: [boot(['kernel'])] }, rules)).toBe('recovery');
  expect(say({ boots: [boot(['kernel'], { toOffset: 5 })] }, rules)).toBeNull();
  const own: LedRule[] = [{ when: { kind: 'stage', stage: 'my-stage' }, state: 'recovery' }];
  expect(say({ boots: [boot(['login'])] }, own)).toBeNull();
  expect(say({ boots: [boot(['my-stage'])] }, own)).toBe('recovery');
});

test('a lease is anybody’s, or that of whose name has the words', () => {
  const rules: LedRule[] = [
    { when: { kind: 'lease', who: null }, state: 'master-image' },
    { when: { kind: 'lease', who: 'CI' }, state: 'test-image' },
  ];
  expect(say({}, rules)).toBeNull();
  expect(say({ holders: ['this computer'] }, rules)).toBe('master-image');
  expect(say({ holders: ['this computer', 'nightly-ci'] }, rules)).toBe('test-image');
});

test('a light that is left alone is as it was set by hand, whatever blinks beside it', () => {
  expect(frameOf(['blink', 'leave', 'on'], true, [false, true, false])).toEqual([true, true, true]);
  expect(frameOf(['blink', 'leave', 'off'], false, [true, false, true])).toEqual([false, false, false]);
});
