import { expect, test } from 'vitest';
import { FakeLineControl } from '../../../test/fakes/fakeLineControl.ts';
import type { SignalPolicy } from '../../contract/index.ts';
import { applySignalPolicy } from './signalPolicy.ts';

/** Remembers how the signals stood each time they were set, and how long that held. */
class WatchedLine extends FakeLineControl {
  readonly history: string[] = [];
  readonly clock = {
    nowMs: () => 0,
    monotonicMs: () => 0,
    sleep: async (ms: number) => void this.history.push(`${ms} ms`),
  };

  override async setSignals(signals: { readonly dtr?: boolean; readonly rts?: boolean }): Promise<void> {
    await super.setSignals(signals);
    this.history.push(`dtr ${this.dtr ? 'on' : 'off'}, rts ${this.rts ? 'on' : 'off'}`);
  }
}

async function apply(dtr: SignalPolicy, rts: SignalPolicy): Promise<string[]> {
  const line = new WatchedLine();
  await applySignalPolicy(line, { dtr, rts }, line.clock);
  return line.history;
}

test('left alone, the signals are not touched at all', async () => {
  expect(await apply('leave', 'leave')).toEqual([]);
});

test('each signal goes where its policy says, in one step', async () => {
  expect(await apply('deassert', 'leave')).toEqual(['dtr off, rts on']);
  expect(await apply('assert', 'deassert')).toEqual(['dtr on, rts off']);
});

test('a pulse is off for 100 ms, then on, and the other signal does not follow it', async () => {
  expect(await apply('pulse', 'leave')).toEqual(['dtr off, rts on', '100 ms', 'dtr on, rts on']);
  expect(await apply('deassert', 'pulse')).toEqual(['dtr off, rts off', '100 ms', 'dtr off, rts on']);
});

test('a line without signals opens all the same', async () => {
  await expect(
    applySignalPolicy(null, { dtr: 'pulse', rts: 'assert' }, new WatchedLine().clock),
  ).resolves.toBeUndefined();
});
