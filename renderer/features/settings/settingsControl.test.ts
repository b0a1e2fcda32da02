import { ORPCError } from '@orpc/client';
import { expect, test } from 'vitest';
import type { Settings } from '../../../main/contract/index.ts';
import { SettingsControl } from './settingsControl.ts';

const settings: Settings = {
  theme: 'system',
  fontSizePx: 13,
  scrollbackLines: 10_000,
  confirmPowerOff: false,
  powerStaggerMs: 500,
  retention: { maxBytes: null, maxAgeDays: null },
  walls: [],
};

/** A core that takes each change only when told to. */
class SlowCore {
  readonly got: Partial<Settings>[] = [];
  #finish: (() => void) | null = null;
  #refuse: ((error: Error) => void) | null = null;

  readonly send = (patch: Partial<Settings>): Promise<void> => {
    this.got.push(patch);
    return new Promise((resolve, reject) => {
      this.#finish = resolve;
      this.#refuse = reject;
    });
  };

  async take(): Promise<void> {
    this.#finish?.();
    await settled();
  }

  async refuse(error: Error): Promise<void> {
    this.#refuse?.(error);
    await settled();
  }
}

const settled = () => new Promise((resolve) => setTimeout(resolve, 0));

test('steps in quick succession all count', async () => {
  const core = new SlowCore();
  const control = new SettingsControl(() => settings, core.send);
  for (let step = 0; step < 4; step += 1) control.stepFont(1);
  expect(control.store.getState().asked).toEqual({ fontSizePx: 17 });
  await core.take();
  await core.take();
  expect(core.got).toEqual([{ fontSizePx: 14 }, { fontSizePx: 17 }]);
  expect(control.store.getState().asked).toEqual({});
});

test('the font stays within what a terminal can show', () => {
  const core = new SlowCore();
  const control = new SettingsControl(() => ({ ...settings, fontSizePx: 32 }), core.send);
  control.stepFont(1);
  expect(core.got).toEqual([]);
});

test('a refusal takes back what was shown and says why', async () => {
  const core = new SlowCore();
  const control = new SettingsControl(() => settings, core.send);
  control.change({ scrollbackLines: 5 });
  control.change({ theme: 'dark' });
  await core.refuse(new ORPCError('BAD_REQUEST', { message: 'too few', data: { field: 'scrollbackLines' } }));
  expect(control.store.getState()).toMatchObject({ asked: {}, problem: { message: 'too few' } });
  expect(core.got).toHaveLength(1);
});
