import { readdir, readFile } from 'node:fs/promises';
import path from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { polled, WatchBench } from '../fakes/instances/watchBench.ts';

const minuteMs = 60_000;
let bench: WatchBench;
beforeEach(async () => {
  bench = await WatchBench.start();
});
afterEach(() => bench.dispose());

test('each branch that fits has one instance of its commit, and one that goes takes it along', async () => {
  await bench.add();
  expect((await bench.settle()).subjects).toEqual([]);
  const [a] = [
    await bench.commit('feature/a'),
    await bench.commit('feature/b'),
    await bench.commit('master'),
  ];
  await bench.settle();
  expect(bench.names).toEqual(['w-feature-a', 'w-feature-b']);
  expect(bench.instances.requests[0]).toMatchObject({
    source: {
      kind: 'branch',
      repository: bench.repository,
      at: { kind: 'branch', name: 'feature/a' },
      suite: 'forky',
    },
    lean: true,
  });
  expect(bench.view.subjects[0]).toEqual({
    subject: 'feature/a',
    title: 'feature/a',
    commit: a,
    instance: 'w-feature-a',
    state: 'kept',
  });
  await bench.git('update-ref', '-d', 'refs/heads/feature/a');
  await bench.settle();
  expect(bench.names).toEqual(['w-feature-b']);
});

test('a branch that moved is upgraded once, and the others are left alone', async () => {
  await bench.commit('feature/a');
  await bench.commit('feature/b');
  await bench.add();
  await bench.settle();
  const moved = await bench.commit('feature/a');
  await bench.settle();
  expect(bench.instances.asked.filter((each) => each.startsWith('upgrade'))).toEqual(['upgrade w-feature-a']);
  expect(bench.instances.get('w-feature-a').resolved?.commit).toBe(moved);
});

test('each open merge request has one instance, and its title is shown', async () => {
  const sha = bench.openRequest(7);
  bench.openRequest(12);
  await bench.addGitlab();
  await bench.settle();
  expect(bench.names).toEqual(['w-7', 'w-12']);
  expect(bench.instances.requests[0]?.source).toEqual({
    kind: 'branch',
    repository: `${bench.gitlab.origin}/lava/lava.git`,
    at: { kind: 'merge-request', number: 7 },
    suite: 'forky',
  });
  expect(bench.view.subjects[0]).toMatchObject({
    subject: '!7',
    title: 'Request 7',
    commit: sha,
    instance: 'w-7',
  });
  bench.closeRequest(7);
  await bench.settle();
  expect(bench.names).toEqual(['w-12']);
});

test('it looks again by itself, every so often', async () => {
  await bench.addGitlab({ everyMinutes: 10 });
  await polled(() => bench.clock.sleeping).toBe(1);
  bench.openRequest(3);
  await bench.clock.pass(9 * minuteMs);
  expect(bench.instances.asked).toEqual([]);
  await bench.clock.pass(minuteMs);
  await polled(() => bench.instances.asked).toEqual(['install w-3']);
});

test('within the limits the oldest come first, one is built at a time, and room that is made is used', async () => {
  for (const iid of [1, 2, 3, 4]) bench.openRequest(iid);
  await bench.addGitlab({ maxInstances: 2 });
  await bench.service.look('w');
  expect(bench.instances.asked).toEqual(['install w-1']);
  await bench.settle();
  expect(bench.states).toEqual(['!1 kept', '!2 kept', '!3 waiting', '!4 waiting']);
  bench.closeRequest(1);
  await bench.settle();
  expect(bench.names).toEqual(['w-2', 'w-3']);
  expect(bench.states).toEqual(['!2 kept', '!3 kept', '!4 waiting']);
});

test('memory for all is a limit as well', async () => {
  for (const iid of [1, 2, 3]) bench.openRequest(iid);
  await bench.addGitlab({ totalMemoryBytes: 1024 * 1024 * 1024 });
  await bench.settle();
  expect(bench.states).toEqual(['!1 kept', '!2 kept', '!3 waiting']);
});

test('instances of other watches and of people are never touched', async () => {
  bench.openRequest(1);
  await bench.addGitlab();
  await bench.settle();
  const mine = bench.instances.get('w-1');
  bench.instances.put({ ...mine, name: 'by-hand' as typeof mine.name, key: 'k1', watch: null });
  bench.instances.put({
    ...mine,
    name: 'other-1' as typeof mine.name,
    key: 'k2',
    watch: { watchId: 'other', subject: '!1' },
  });
  bench.closeRequest(1);
  await bench.settle();
  expect(bench.names).toEqual(['by-hand', 'other-1']);
});

test('one that was renamed is still known, and a name that is taken is got round', async () => {
  bench.openRequest(1);
  await bench.addGitlab();
  await bench.settle();
  const { name, ...rest } = bench.instances.get('w-1');
  bench.instances.drop(name);
  bench.instances.put({ ...rest, name: 'mine' as typeof name });
  await bench.settle();
  expect(bench.names).toEqual(['mine']);
  bench.instances.put({ ...rest, name: 'w-2' as typeof name, key: 'k', watch: null });
  bench.openRequest(2);
  await bench.settle();
  expect(bench.names).toEqual(['mine', 'w-2', expect.stringMatching(/^w-2-[0-9a-f]{6}$/)]);
});

test('one that closed while it was being installed is removed as soon as it can be', async () => {
  bench.openRequest(1);
  await bench.addGitlab();
  await bench.service.look('w');
  bench.closeRequest(1);
  await bench.service.look('w');
  expect(bench.instances.asked).toEqual(['install w-1']);
  await bench.settle();
  expect(bench.names).toEqual([]);
});

test('a watch is there again after a restart, and looks at once', async () => {
  bench.openRequest(1);
  await bench.addGitlab({ everyMinutes: 30, lean: false });
  await bench.settle();
  const before = bench.gitlab.heard.length;
  await bench.restart();
  expect(bench.view).toMatchObject({ everyMinutes: 30, lean: false, hasToken: false });
  await polled(() => bench.gitlab.heard.length).toBe(before + 1);
});

test.each([
  ['a name that is taken', { watchId: 'w' }, 'NAME_TAKEN', 'watchId'],
  [
    'an address with a password',
    {
      watchId: 'x',
      target: { kind: 'gitlab', project: 'https://me:pw@example.org/a/b' },
    },
    'BAD_REQUEST',
    'target.project',
  ],
  [
    'an address of no project',
    { watchId: 'x', target: { kind: 'gitlab', project: 'https://example.org/' } },
    'BAD_REQUEST',
    'target.project',
  ],
] as const)('%s is refused, with the field at fault', async (_what, more, code, field) => {
  await bench.add();
  const before = bench.service.list().length;
  await expect(bench.add({ ...more, token: 'x' })).rejects.toMatchObject({ code, data: { field } });
  expect(bench.service.list()).toHaveLength(before);
  await expect(bench.service.look('none')).rejects.toMatchObject({ code: 'NOT_FOUND' });
});

test('the token goes to its server, is kept encrypted, and is seen nowhere else', async () => {
  bench.gitlab.token = 'glpat-secret';
  bench.openRequest(1);
  const watch = await bench.addGitlab({ token: 'glpat-secret' });
  expect(watch.hasToken).toBe(true);
  await bench.settle();
  expect(bench.names).toEqual(['w-1']);
  expect(await bench.service.tokenFor(`${bench.gitlab.origin}/lava/lava.git`)).toBe('glpat-secret');
  expect(await bench.service.tokenFor(`${bench.gitlab.origin}/lava/other.git`)).toBeNull();
  bench.gitlab.token = 'another';
  expect(await bench.service.look('w')).toMatchObject({ problem: { code: 'UNAUTHORIZED' } });
  const texts = await Promise.all(
    (await readdir(bench.dir, { withFileTypes: true }))
      .filter((entry) => entry.isFile())
      .map((entry) => readFile(path.join(bench.dir, entry.name), 'utf8')),
  );
  expect(`${texts.join()}${bench.log.join()}${JSON.stringify(bench.service.list())}`).not.toContain(
    'glpat-secret',
  );
  await bench.service.remove('w', 'keep');
  expect(JSON.parse(await readFile(path.join(bench.dir, 'secrets.json'), 'utf8')).secrets).toEqual({});
});
