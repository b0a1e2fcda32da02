import { readdir, rename, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { LabError } from '../../main/contract/index.ts';
import { polled, WatchBench } from '../fakes/instances/watchBench.ts';

const minuteMs = 60_000;
let bench: WatchBench;
beforeEach(async () => {
  bench = await WatchBench.start();
});
afterEach(() => bench.dispose());

test.each([
  ['a status of 502', 502, 'oops'],
  ['a page to log in', 200, '<html>'],
  ['another list', 200, '{"message":"maintenance"}'],
])('%s removes nothing and is told; an empty list that is one removes', async (_what, status, body) => {
  bench.openRequest(1);
  bench.openRequest(2);
  await bench.addGitlab();
  await bench.settle();
  bench.gitlab.instead = (_request, response) => {
    response.writeHead(status).end(body);
    return true;
  };
  expect(await bench.settle()).toMatchObject({ problem: { code: 'COMMAND_FAILED' } });
  expect(bench.names).toEqual(['w-1', 'w-2']);
  expect(bench.states).toEqual(['!1 kept', '!2 kept']);
  bench.gitlab.instead = null;
  bench.closeRequest(1);
  bench.closeRequest(2);
  expect(await bench.settle()).toMatchObject({ problem: null });
  expect(bench.names).toEqual([]);
});

test('a repository that cannot be reached removes nothing, also after a restart', async () => {
  await bench.commit('feature/a');
  await bench.add();
  await bench.settle();
  await rename(bench.repository, `${bench.repository}-away`);
  await bench.restart();
  expect(await bench.service.look('w')).toMatchObject({
    problem: { code: 'BAD_REQUEST' },
    subjects: [{ subject: 'feature/a', instance: 'w-feature-a', state: 'kept' }],
  });
  expect(bench.names).toEqual(['w-feature-a']);
  await rename(`${bench.repository}-away`, bench.repository);
  expect(await bench.settle()).toMatchObject({ problem: null });
  expect(bench.instances.asked).toEqual(['install w-feature-a']);
});

test('an install that fails is tried again when its commit moves or after an hour, and never twice before', async () => {
  bench.openRequest(1);
  const real = bench.requests;
  await bench.addGitlab();
  await bench.service.look('w');
  bench.requests = [];
  await bench.instances.finish('w-1');
  bench.requests = real;
  expect(bench.instances.get('w-1').state).toBe('failed');
  for (let count = 0; count < 3; count += 1) await bench.settle();
  expect(bench.instances.asked).toEqual(['install w-1']);
  expect(bench.states).toEqual(['!1 failed']);

  await bench.restart();
  await bench.settle();
  expect(bench.instances.asked).toEqual(['install w-1']);

  bench.openRequest(1);
  await bench.settle();
  expect(bench.instances.asked).toEqual(['install w-1', 'remove w-1', 'install w-1']);
  expect(bench.states).toEqual(['!1 kept']);
});

test('what could not even begin is told, tried again after an hour, and keeps nobody else waiting for ever', async () => {
  bench.openRequest(1);
  bench.instances.refusal = new LabError('MISSING_DEPENDENCY', 'There is no podman', {
    hint: 'Install podman.',
  });
  await bench.addGitlab();
  await bench.settle();
  await bench.settle();
  expect(bench.instances.asked).toEqual(['install w-1']);
  expect(bench.view).toMatchObject({ problem: { code: 'MISSING_DEPENDENCY', hint: 'Install podman.' } });
  expect(bench.states).toEqual(['!1 failed']);
  bench.instances.refusal = null;
  await bench.clock.pass(61 * minuteMs);
  await bench.settle();
  expect(bench.states).toEqual(['!1 kept']);
  expect(bench.view.problem).toBeNull();
});

test('an upgrade that fails leaves the instance as it was and is not tried at every look', async () => {
  bench.openRequest(1);
  await bench.addGitlab();
  await bench.settle();
  const before = bench.instances.get('w-1').resolved;
  bench.openRequest(1);
  await bench.service.look('w');
  const real = bench.requests;
  bench.requests = [];
  await bench.instances.finish('w-1');
  bench.requests = real;
  await bench.settle();
  expect(bench.instances.asked).toEqual(['install w-1', 'upgrade w-1']);
  expect(bench.instances.get('w-1').resolved).toEqual(before);
  expect(bench.states).toEqual(['!1 failed']);
});

test('a removal that fails is tried again at a later look, not at once', async () => {
  bench.openRequest(1);
  await bench.addGitlab({ everyMinutes: 5 });
  await bench.settle();
  bench.instances.stuck.add('w-1');
  bench.closeRequest(1);
  for (let count = 0; count < 3; count += 1) await bench.settle();
  expect(bench.instances.get('w-1').state).toBe('failed');
  expect(bench.removalsOf('w-1')).toBe(1);
  await bench.clock.pass(5 * minuteMs);
  await polled(() => bench.removalsOf('w-1')).toBe(2);
  bench.instances.stuck.clear();
  await bench.settle();
  expect(bench.names).toEqual([]);
});

test('a server that asks for patience gets it', async () => {
  bench.gitlab.instead = (_request, response) => {
    response.writeHead(429, { 'retry-after': '3600' }).end();
    return true;
  };
  await bench.addGitlab({ everyMinutes: 1 });
  await polled(() => bench.clock.sleeping).toBe(1);
  await bench.clock.pass(30 * minuteMs);
  expect(bench.gitlab.heard).toHaveLength(1);
  bench.gitlab.instead = null;
  await bench.clock.pass(30 * minuteMs);
  await polled(() => bench.gitlab.heard.length).toBe(2);
});

test('closing waits for no remote', async () => {
  bench.gitlab.instead = () => true;
  await bench.addGitlab();
  await polled(() => bench.gitlab.heard.length).toBe(1);
  const startedMs = performance.now();
  await bench.service.close();
  expect(performance.now() - startedMs).toBeLessThan(1_000);
});

test('a damaged file is kept and told, and touches no instance', async () => {
  bench.openRequest(1);
  await bench.addGitlab();
  await bench.settle();
  await bench.service.close();
  await writeFile(path.join(bench.dir, 'watches.json'), '{"version":1,');
  await bench.startAgain();
  expect(bench.service.list()).toEqual([]);
  expect(bench.names).toEqual(['w-1']);
  expect((await readdir(bench.dir)).some((name) => name.startsWith('watches.damaged-'))).toBe(true);
});
