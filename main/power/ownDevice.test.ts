import { expect, test } from 'vitest';
import { OwnDevice } from './ownDevice.ts';

const t0 = 1_700_000_000_000;
const at = (there: boolean, socket = 'hub-1') => ({ socket, there });

test('what was there or away at the first look, or in another socket, is no news', () => {
  const own = new OwnDevice();
  for (const look of [at(true), at(false, 'hub-2'), at(true, 'hub-3')]) {
    own.look(look, t0, t0 - 9000);
    expect(own.facts).toEqual({ there: look.there, changedAtMs: null, cameAtMs: null });
  }
  own.look(null, t0 + 1, t0 - 9000);
  expect(own.facts).toBeNull();
  // Its hub was away: nobody knows what happened meanwhile.
  own.look(at(false, 'hub-3'), t0 + 2, t0 - 9000);
  expect(own.facts).toMatchObject({ changedAtMs: null });
});

test('the first coming since the last switch is remembered, the last change as well', () => {
  const own = new OwnDevice();
  own.look(at(false), t0, t0);
  own.look(at(true), t0 + 800, t0);
  own.look(at(false), t0 + 2000, t0);
  own.look(at(true), t0 + 9000, t0);
  own.look(at(true), t0 + 9500, t0);
  expect(own.facts).toEqual({ there: true, changedAtMs: t0 + 9000, cameAtMs: t0 + 800 });
  own.listenAnew();
  expect(own.facts).toEqual({ there: true, changedAtMs: t0 + 9000, cameAtMs: null });
});

test('what comes before the moment from which things count is from before', () => {
  const own = new OwnDevice();
  own.look(at(false), t0, t0 + 5000);
  own.look(at(true), t0 + 1000, t0 + 5000);
  expect(own.facts).toEqual({ there: true, changedAtMs: t0 + 1000, cameAtMs: null });
});
