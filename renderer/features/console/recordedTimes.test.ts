import { expect, test } from 'vitest';
import { type FetchedTimes, RecordedTimes } from './recordedTimes.ts';

/** A board that printed one byte every 10 ms from time 1000 on, and began a boot at byte 50. */
class FakeCore {
  readonly asked: [number, number][] = [];
  away = false;

  readonly fetch = async (from: number, to: number, withBoots: boolean): Promise<FetchedTimes> => {
    this.asked.push([from, to]);
    if (this.away) throw new Error('away');
    const points = Array.from({ length: to - from }, (_, at) => ({
      offset: from + at,
      atMs: 1000 + (from + at) * 10,
    }));
    return {
      times: { points, events: [], poweredOnAtMs: null },
      boots: withBoots ? [{ fromOffset: 50, startedAtMs: 1490 }] : [],
    };
  };
}

async function settled(core: FakeCore, times: RecordedTimes, from: number, to: number): Promise<void> {
  const asked = core.asked.length;
  while (core.asked.length === asked) {
    times.need(from, to);
    await new Promise((resolve) => setTimeout(resolve, 1));
  }
  await new Promise((resolve) => setTimeout(resolve, 1));
}

function setUp() {
  const core = new FakeCore();
  return { core, times: new RecordedTimes(core.fetch, () => {}, 0) };
}

test('a byte has the time it was printed at once the core has told', async () => {
  const { core, times } = setUp();
  expect(times.atMs(20)).toBeNull();
  await settled(core, times, 10, 40);
  expect(times.atMs(20)).toBe(1200);
  expect(times.atMs(40)).toBeNull();
});

test('what comes after what is known is asked from there on, and nothing twice', async () => {
  const { core, times } = setUp();
  await settled(core, times, 10, 40);
  await settled(core, times, 30, 60);
  times.need(15, 55);
  await new Promise((resolve) => setTimeout(resolve, 2));
  expect(core.asked).toEqual([
    [10, 40],
    [40, 60],
  ]);
  expect(times.atMs(12)).toBe(1120);
  expect(times.atMs(59)).toBe(1590);
});

test('time since the boot began is told from its first byte on, once it is wanted', async () => {
  const { core, times } = setUp();
  await settled(core, times, 0, 100);
  expect(times.bootStartedAtMs(50)).toBeNull();
  times.wantBoots(true);
  await settled(core, times, 0, 100);
  expect(times.bootStartedAtMs(49)).toBeNull();
  expect(times.bootStartedAtMs(50)).toBe(1490);
});

test('a core that is away is asked again', async () => {
  const { core, times } = setUp();
  core.away = true;
  await settled(core, times, 0, 10);
  core.away = false;
  await settled(core, times, 0, 10);
  expect(times.atMs(5)).toBe(1050);
});
