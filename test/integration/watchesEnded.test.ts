import { afterEach, beforeEach, expect, test } from 'vitest';
import { polled, WatchBench } from '../fakes/instances/watchBench.ts';

const minuteMs = 60_000;
let bench: WatchBench;
beforeEach(async () => {
  bench = await WatchBench.start();
});
afterEach(() => bench.dispose());

test('instances that were kept are nobody’s: a later watch of that name leaves them alone', async () => {
  bench.openRequest(1);
  bench.openRequest(2);
  await bench.addGitlab({ maxInstances: 2 });
  await bench.service.look('w');
  await bench.service.remove('w', 'keep');
  expect(bench.instances.get('w-1').watch).toBeNull();
  await bench.instances.finishAll();
  expect(bench.names).toEqual(['w-1']);
  expect(bench.service.list()).toEqual([]);

  await bench.commit('feature/a');
  await bench.add();
  await bench.settle();
  expect(bench.names).toEqual(['w-1', 'w-feature-a']);
  expect(bench.states).toEqual(['feature/a kept']);
});

test('instances that still name an earlier watch, as after a crash, are let go before another takes its name', async () => {
  bench.openRequest(1);
  await bench.addGitlab();
  await bench.settle();
  await bench.service.remove('w', 'keep');
  bench.instances.put({ ...bench.instances.get('w-1'), watch: { watchId: 'w', subject: '!1' } });
  await bench.restart();
  await bench.add();
  await bench.settle();
  expect(bench.instances.asked).toEqual(['install w-1']);
  expect(bench.instances.get('w-1').watch).toBeNull();
});

test('ending a watch can remove its instances, the busy ones too and across a restart', async () => {
  bench.openRequest(1);
  await bench.addGitlab();
  await bench.settle();
  bench.openRequest(2);
  await bench.service.look('w');
  expect(bench.names).toEqual(['w-1', 'w-2']);
  await bench.service.remove('w', 'remove');
  await polled(() => bench.instances.get('w-1').state).toBe('removing');
  expect(bench.instances.get('w-2').state).toBe('installing');
  await expect(bench.addGitlab()).rejects.toMatchObject({ code: 'CONFLICT' });
  await bench.restart();
  await polled(async () => {
    await bench.instances.finishAll();
    return bench.names;
  }).toEqual([]);
  await polled(() => bench.addGitlab().then(({ watchId }) => watchId, String)).toBe('w');
});

test('what an ended watch left and cannot be removed is tried again by itself, not at once', async () => {
  bench.openRequest(1);
  await bench.addGitlab();
  await bench.settle();
  bench.instances.stuck.add('w-1');
  await bench.service.remove('w', 'remove');
  await polled(() => bench.removalsOf('w-1')).toBe(1);
  for (let count = 0; count < 3; count += 1) {
    await bench.instances.finishAll();
    bench.instances.put(bench.instances.get('w-1'));
    // In the same queue as what those changes began.
    await expect(bench.service.remove('none', 'keep')).rejects.toMatchObject({ code: 'NOT_FOUND' });
  }
  expect(bench.removalsOf('w-1')).toBe(1);
  bench.instances.stuck.clear();
  await polled(() => bench.clock.sleeping).toBe(1);
  await bench.clock.pass(5 * minuteMs);
  await polled(() => bench.removalsOf('w-1')).toBe(2);
  await bench.instances.finishAll();
  expect(bench.names).toEqual([]);
  await polled(() => bench.addGitlab().then(({ watchId }) => watchId, String)).toBe('w');
});
