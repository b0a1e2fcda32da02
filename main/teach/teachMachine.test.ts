import { expect, test } from 'vitest';
import {
  candidatesOf,
  decide,
  observe,
  rootsOf,
  settleMs,
  startWatch,
  stragglersMs,
  type Thing,
  type Watch,
} from './teachMachine.ts';

const thing = (who: string, socket: string, line = ''): Thing => ({
  key: `${socket}${line}/${who}`,
  who: `${who}${line}`,
  socket,
  text: `${who} at ${socket}`,
});

/** Shows what is plugged in, one scene after the other; says what was seen. */
function show(watch: Watch<Thing>, ...scenes: Thing[][]) {
  const said: string[] = [];
  for (const scene of scenes) {
    const { watch: next, seen } = observe(watch, scene);
    watch = next;
    said.push(...seen.map(({ what, text }) => `${what}: ${text}`));
  }
  return { watch, said };
}
const a = thing('A', '1');
const b = thing('B', '2');
const c = thing('C', '3');

test('a cable pulled and plugged in again is learned', () => {
  const pulled = show(startWatch([a, b]), [b]);
  expect(pulled.said).toEqual(['gone: A at 1']);
  expect(pulled.watch).toMatchObject({ step: 'pull', decideInMs: settleMs });
  const awaited = decide(pulled.watch);
  expect(awaited).toMatchObject({ step: 'plug', decideInMs: null });
  const back = show(awaited, [a, b]);
  expect(back.said).toEqual(['back: A at 1']);
  const done = decide(back.watch);
  expect(done.step).toBe('done');
  expect(candidatesOf(done)).toEqual([a]);
});

test('plugged in elsewhere it is learned where it is now', () => {
  const moved = thing('A', '7');
  const { watch, said } = show(decide(show(startWatch([a, b]), [b]).watch), [b, moved]);
  expect(said).toEqual(['moved: A at 7']);
  expect(candidatesOf(decide(watch))).toEqual([moved]);
});

test('what returns to its own place is not taken for a twin that moved', () => {
  const twin = thing('A', '5');
  const pulled = decide(show(startWatch([a, twin]), []).watch);
  const { watch, said } = show(pulled, [thing('A', '9'), a]);
  expect(said).toEqual(['back: A at 1', 'moved: A at 9']);
  expect(candidatesOf(decide(watch)).map(({ key }) => key)).toEqual(['1/A', '9/A']);
});

test('something else plugged in meanwhile is told and not taken', () => {
  const pulled = decide(show(startWatch([a, b]), [b]).watch);
  const { watch, said } = show(pulled, [b, c]);
  expect(said).toEqual([]);
  expect(watch.news).toBe('C at 3 was plugged in: it is not taken.');
  expect(watch.decideInMs).toBeNull();
  expect(candidatesOf(decide(show(watch, [a, b, c]).watch))).toEqual([a]);
});

test('something else pulled meanwhile is told and not taken, nor when it returns', () => {
  const pulled = decide(show(startWatch([a, b]), [b]).watch);
  const without = show(pulled, []).watch;
  expect(without.news).toBe('B at 2 went too: it is not taken.');
  const returned = show(without, [b]);
  expect(returned.watch.news).toBe('B at 2 is back.');
  expect(returned.watch.back.size).toBe(0);
  expect(candidatesOf(decide(show(returned.watch, [a, b]).watch))).toEqual([a]);
});

test('the several ports of one device are one pull, and wait for the last of them', () => {
  const lines = ['x', 'y', 'z'].map((line) => thing('F', '4', line));
  const pulling = show(startWatch([...lines, b]), [...lines.slice(1), b], [b]);
  expect(pulling.watch.gone).toEqual(lines);
  const one = show(decide(pulling.watch), [b, ...lines.slice(0, 1)]).watch;
  expect(one.decideInMs).toBe(stragglersMs);
  const all = show(one, [b, ...lines]).watch;
  expect(all.decideInMs).toBe(settleMs);
  expect(candidatesOf(decide(all))).toEqual(lines);
});

test('of several that went only those that return may be meant', () => {
  const pulled = decide(show(startWatch([a, b, c]), [c]).watch);
  expect(candidatesOf(decide(show(pulled, [b, c]).watch))).toEqual([b]);
});

test('a hub that goes takes all behind it: the hub is what was pulled', () => {
  const hub = thing('HUB', '1.2');
  const behind = [thing('A', '1.2.1'), thing('B', '1.2.4.1')];
  const beside = thing('C', '1.20');
  const pulled = decide(show(startWatch([hub, ...behind, beside]), [beside], []).watch);
  expect(rootsOf([hub, ...behind, beside])).toEqual([hub, beside]);
  const back = show(decide(show(startWatch([hub, ...behind, beside]), [beside]).watch), [hub, beside]).watch;
  expect(back.decideInMs).toBe(settleMs);
  expect(candidatesOf(decide(back))).toEqual([hub]);
  expect(pulled.step).toBe('plug');
});

test('pulled once more before it was learned, it is awaited again', () => {
  const back = show(decide(show(startWatch([a]), []).watch), [a]).watch;
  const again = show(back, []);
  expect(again.said).toEqual(['gone: A at 1']);
  expect(again.watch).toMatchObject({ step: 'plug', decideInMs: null });
  expect(decide(again.watch).step).toBe('plug');
});

test('a quick hand is back before anybody asked for it', () => {
  const quick = decide(show(startWatch([a, b]), [b], [a, b]).watch);
  expect(quick).toMatchObject({ step: 'plug', decideInMs: settleMs });
  expect(candidatesOf(decide(quick))).toEqual([a]);
});

test('what is plugged in while nothing was pulled can be pulled then', () => {
  const plugged = show(startWatch<Thing>([]), [a]).watch;
  expect(plugged).toMatchObject({ step: 'pull', news: 'A at 1 was plugged in.' });
  expect(candidatesOf(decide(show(decide(show(plugged, []).watch), [a]).watch))).toEqual([a]);
});

test('a look that shows nothing new changes nothing', () => {
  const watch = startWatch([a, b]);
  expect(observe(watch, [b, a])).toEqual({ watch, seen: [] });
  expect(decide(watch)).toMatchObject({ step: 'pull', decideInMs: null });
});
