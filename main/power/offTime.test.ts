import { beforeEach, expect, test } from 'vitest';
import { FakeClock } from '../../test/fakes/fakeClock.ts';
import type { BoardId, PowerReading } from '../contract/index.ts';
import { readingWithoutOutlet } from './noOutlet.ts';
import { OffTime } from './offTime.ts';

let clock: FakeClock;
const hourMs = 3_600_000;

beforeEach(() => {
  clock = new FakeClock();
});

const reading = (fields: Partial<PowerReading>): PowerReading => ({
  ...readingWithoutOutlet('a' as BoardId, clock.nowMs()),
  ...fields,
});
const commanded = (commanded: 'on' | 'off', commandedAtMs = clock.nowMs()) =>
  reading({ commanded, commandedAtMs });

test('a host clock that is set, either way, makes no off longer or shorter', async () => {
  const off = new OffTime(clock, commanded('on'));
  off.note(commanded('off'));
  await clock.pass(1000);
  clock.step(hourMs);
  expect(off.forMs).toBe(1000);
  clock.step(-2 * hourMs);
  await clock.pass(500);
  expect(off.forMs).toBe(1500);
});

test('an off from before this run counts by the host clock, one from the future not at all', () => {
  expect(new OffTime(clock, commanded('off', clock.nowMs() - 700)).forMs).toBe(700);
  expect(new OffTime(clock, commanded('off', clock.nowMs() + hourMs)).forMs).toBe(0);
});

test('what is on, or of which nothing is known, has not been off', () => {
  const off = new OffTime(clock, reading({}));
  expect(off.forMs).toBeNull();
  off.note(reading({ known: 'off' }));
  expect(off.forMs).toBe(0);
  off.note({ ...commanded('off'), known: 'on' });
  expect(off.forMs).toBeNull();
});

test('an off that is commanded anew counts anew, what is merely told anew does not', async () => {
  const off = new OffTime(clock, commanded('on'));
  const first = commanded('off');
  off.note(first);
  await clock.pass(400);
  off.note({ ...first, known: 'off', busy: true });
  expect(off.forMs).toBe(400);
  off.note(commanded('off'));
  expect(off.forMs).toBe(0);
});
