import { expect, test } from 'vitest';
import { defaultPowerPolicy, type PowerPolicy } from '../../../main/contract/powerPolicy.ts';
import { checkPolicy, type PolicyDraft, policyDraft } from './policyDraft.ts';
import { policyLines } from './policyWords.ts';

const own: PowerPolicy = {
  cycleOffMs: 2500,
  minOffMs: 10_000,
  rampMs: 300,
  idleOffMinutes: 90,
  atQuit: 'off',
  afterReboot: 'restore',
  nameplateWatts: 4.5,
};
const errorsOf = (part: Partial<PolicyDraft>) => {
  const checked = checkPolicy({ ...policyDraft(defaultPowerPolicy), ...part });
  return checked.ok ? [] : Object.keys(checked.errors);
};

test('opening and saving a policy without a change keeps it as it was', () => {
  for (const policy of [defaultPowerPolicy, own])
    expect(checkPolicy(policyDraft(policy))).toEqual({ ok: true, value: policy });
});

test('an empty idle time is never, an empty nameplate is not known, and a comma is a point', () => {
  const draft = { ...policyDraft(own), idleOffMinutes: ' ', nameplateWatts: '', cycleOffS: '1,5' };
  expect(checkPolicy(draft)).toEqual({
    ok: true,
    value: { ...own, idleOffMinutes: null, nameplateWatts: null, cycleOffMs: 1500 },
  });
});

test('what is no number, or too much, is told at its field', () => {
  expect(errorsOf({ cycleOffS: 'soon' })).toEqual(['cycleOffS']);
  expect(errorsOf({ minOffS: '61', rampS: '-1' })).toEqual(['minOffS', 'rampS']);
  expect(errorsOf({ cycleOffS: '' })).toEqual(['cycleOffS']);
  expect(errorsOf({ idleOffMinutes: '0' })).toEqual(['idleOffMinutes']);
  expect(errorsOf({ idleOffMinutes: '1.5' })).toEqual(['idleOffMinutes']);
  expect(errorsOf({ nameplateWatts: '0' })).toEqual(['nameplateWatts']);
  expect(errorsOf({ nameplateWatts: '1e3' })).toEqual(['nameplateWatts']);
});

test('a policy is told by what is not as usual', () => {
  expect(policyLines(defaultPowerPolicy)).toEqual([
    'A power cycle is 1 s without power',
    'Never off for being idle',
  ]);
  expect(policyLines(own)).toContain('Off after 90 min idle');
  expect(policyLines({ ...own, idleOffMinutes: 120 })).toContain('Off after 2 h idle');
  expect(policyLines(own)).toContain('Takes 4.5 W by its nameplate');
});
