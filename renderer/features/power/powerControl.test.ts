import { expect, test } from 'vitest';
import type { PowerReading } from '../../../main/contract/index.ts';
import { nextSwitchState } from './powerControl.ts';

const reading = (state: string, commanded: string | null) =>
  ({ state, commanded }) as unknown as PowerReading;

test('the switch turns away from what is known', () => {
  expect(nextSwitchState(reading('on', 'off'))).toBe('off');
  expect(nextSwitchState(reading('off', 'on'))).toBe('on');
});

test('where nothing is known it turns away from the last command, and a new board is switched on', () => {
  expect(nextSwitchState(reading('unknown', 'on'))).toBe('off');
  expect(nextSwitchState(reading('unknown', 'off'))).toBe('on');
  expect(nextSwitchState(reading('unknown', null))).toBe('on');
  expect(nextSwitchState(undefined)).toBe('on');
});
