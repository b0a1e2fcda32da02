import { randomBytes } from 'node:crypto';
import { mkdir, mkdtemp, readdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { exec } from '../../main/base/exec.ts';
import { createLogger } from '../../main/base/logger.ts';
import { LabError, type NewWatchInput, newWatch, type Watch } from '../../main/contract/index.ts';
import { WatchService } from '../../main/instances/watches/index.ts';
import { NoticesService } from '../../main/notices/index.ts';
import { FileSecretStore } from '../../main/secrets/index.ts';
import { FakeClock } from '../fakes/fakeClock.ts';
import { FakeWatchedInstances } from '../fakes/fakeWatchedInstances.ts';
import { GitlabServer } from '../fakes/gitlabServer.ts';

/** Can let go of an instance, and has some that cannot be removed. */
class Sticking extends FakeWatchedInstances {
  readonly stuck = new Set<string>();

  override async finish(name: string): Promise<void> {
    const before = this.get(name);
    if (!before.taskId?.startsWith('remove-') || !this.stuck.has(name)) return super.finish(name);
    const problem = { code: 'COMMAND_FAILED', message: 'Its volume is in use', hint: '' };
    this.put({ ...before, state: 'failed', taskId: null, problem });
  }
}

const minuteMs = 60_000;
/** Others may keep the machine busy. */
const polled = <T>(look: () => T) => expect.poll(look, { timeout: 15_000 });
const key = randomBytes(32);
let root: string;
let dir: string;
let repository: string;
let clock: FakeClock;
let gitlab: GitlabServer;
let instances: Sticking;
let service: WatchService;
let log: string[];

/** Of a branch in the repository, or of a merge request on the server. */
async function commitOf(source: {
  kind: string;
  at?: { kind: string; name?: string; number?: number } | null;
}) {
  if (source.at?.kind === 'branch') return git('rev-parse', `refs/heads/${source.at.name}`);
  const found = gitlab.projects.get('lava/lava')?.find(({ iid }) => iid === source.at?.number);
  if (!found?.sha) throw new Error('it is gone');
  return found.sha;
}

async function start(): Promise<void> {
  const notices = new NoticesService(clock);
  const logger = createLogger((line) => log.push(line), 'debug');
  const secrets = new FileSecretStore({ dir, key, notices, logger });
  await secrets.start();
  service = new WatchService({ dir, secrets, instances, clock, notices, logger });
  await service.start();
}

async function restart(): Promise<void> {
  await service.close();
  await start();
}

const git = async (...args: string[]) =>
  (await exec(['git', '-C', repository, ...args], { timeoutMs: 20_000 })).stdout.trim();

async function commit(branch: string): Promise<string> {
  const tree = await git('hash-object', '-w', '-t', 'tree', '/dev/null');
  const id = await git(
    '-c',
    'user.name=t',
    '-c',
    'user.email=t@example.org',
    'commit-tree',
    tree,
    '-m',
    randomBytes(4).toString('hex'),
  );
  await git('update-ref', `refs/heads/${branch}`, id);
  return id;
}

beforeEach(async () => {
  root = await mkdtemp(path.join(tmpdir(), 'labdeck-watches-'));
  dir = path.join(root, 'data');
  repository = path.join(root, 'lava');
  await mkdir(path.join(dir, 'run'), { recursive: true });
  await mkdir(repository);
  await git('init', '--quiet', '--bare');
  clock = new FakeClock();
  gitlab = await GitlabServer.start();
  gitlab.projects.set('lava/lava', []);
  instances = new Sticking(commitOf);
  log = [];
  await start();
});
afterEach(async () => {
  await service.close();
  await gitlab.stop();
  await rm(root, { recursive: true, force: true });
});

function add(more: Partial<NewWatchInput> = {}): Promise<Watch> {
  const target = { kind: 'branches' as const, repository, pattern: 'feature/*' };
  return service.add(newWatch.parse({ watchId: 'w', target, ...more }));
}
function addGitlab(more: Partial<NewWatchInput> = {}): Promise<Watch> {
  return add({ target: { kind: 'gitlab', project: `${gitlab.origin}/lava/lava` }, ...more });
}
function openRequest(iid: number): string {
  const sha = randomBytes(20).toString('hex');
  const others = (gitlab.projects.get('lava/lava') ?? []).filter((each) => each.iid !== iid);
  const all = [...others, { iid, title: `Request ${iid}`, sha, labels: [] }];
  gitlab.projects.set(
    'lava/lava',
    all.sort((a, b) => a.iid - b.iid),
  );
  return sha;
}
function closeRequest(iid: number): void {
  const left = (gitlab.projects.get('lava/lava') ?? []).filter((each) => each.iid !== iid);
  gitlab.projects.set('lava/lava', left);
}
/** Looks, and lets everything that follows come to its end. */
async function settle(): Promise<Watch> {
  await service.look('w');
  await polled(async () => {
    await instances.finishAll();
    const before = instances.asked.length;
    // Whatever was begun by that is in the watch's queue, and so is this.
    await service.look('w');
    return instances.asked.length - before + instances.list().filter(({ taskId }) => taskId !== null).length;
  }).toBe(0);
  return view();
}
const view = (): Watch => service.list()[0] ?? expect.fail('there is no watch');
const names = () => instances.list().map(({ name }) => name as string);
const states = () => view().subjects.map(({ subject, state }) => `${subject} ${state}`);

test('each branch that fits has one instance of its commit, and one that goes takes it along', async () => {
  await add();
  expect((await settle()).subjects).toEqual([]);
  const [a] = [await commit('feature/a'), await commit('feature/b'), await commit('master')];
  await settle();
  expect(names()).toEqual(['w-feature-a', 'w-feature-b']);
  expect(instances.requests[0]).toMatchObject({
    source: { kind: 'branch', repository, at: { kind: 'branch', name: 'feature/a' }, suite: 'forky' },
    lean: true,
  });
  expect(view().subjects[0]).toEqual({
    subject: 'feature/a',
    title: 'feature/a',
    commit: a,
    instance: 'w-feature-a',
    state: 'kept',
  });
  await git('update-ref', '-d', 'refs/heads/feature/a');
  await settle();
  expect(names()).toEqual(['w-feature-b']);
});

test('a branch that moved is upgraded once, and the others are left alone', async () => {
  await commit('feature/a');
  await commit('feature/b');
  await add();
  await settle();
  const moved = await commit('feature/a');
  await settle();
  expect(instances.asked.filter((each) => each.startsWith('upgrade'))).toEqual(['upgrade w-feature-a']);
  expect(instances.get('w-feature-a').resolved?.commit).toBe(moved);
});

test('each open merge request has one instance, and its title is shown', async () => {
  const sha = openRequest(7);
  openRequest(12);
  await addGitlab();
  await settle();
  expect(names()).toEqual(['w-7', 'w-12']);
  expect(instances.requests[0]?.source).toEqual({
    kind: 'branch',
    repository: `${gitlab.origin}/lava/lava.git`,
    at: { kind: 'merge-request', number: 7 },
    suite: 'forky',
  });
  expect(view().subjects[0]).toMatchObject({
    subject: '!7',
    title: 'Request 7',
    commit: sha,
    instance: 'w-7',
  });
  closeRequest(7);
  await settle();
  expect(names()).toEqual(['w-12']);
});

test('it looks again by itself, every so often', async () => {
  await addGitlab({ everyMinutes: 10 });
  await polled(() => clock.sleeping).toBe(1);
  openRequest(3);
  await clock.pass(9 * minuteMs);
  expect(instances.asked).toEqual([]);
  await clock.pass(minuteMs);
  await polled(() => instances.asked).toEqual(['install w-3']);
});

test('within the limits the oldest come first, one is built at a time, and room that is made is used', async () => {
  for (const iid of [1, 2, 3, 4]) openRequest(iid);
  await addGitlab({ maxInstances: 2 });
  await service.look('w');
  expect(instances.asked).toEqual(['install w-1']);
  await settle();
  expect(states()).toEqual(['!1 kept', '!2 kept', '!3 waiting', '!4 waiting']);
  closeRequest(1);
  await settle();
  expect(names()).toEqual(['w-2', 'w-3']);
  expect(states()).toEqual(['!2 kept', '!3 kept', '!4 waiting']);
});

test('memory for all is a limit as well', async () => {
  for (const iid of [1, 2, 3]) openRequest(iid);
  await addGitlab({ totalMemoryBytes: 1024 * 1024 * 1024 });
  await settle();
  expect(states()).toEqual(['!1 kept', '!2 kept', '!3 waiting']);
});

test.each([
  ['a status of 502', 502, 'oops'],
  ['a page to log in', 200, '<html>'],
  ['another list', 200, '{"message":"maintenance"}'],
])('%s removes nothing and is told; an empty list that is one removes', async (_what, status, body) => {
  openRequest(1);
  openRequest(2);
  await addGitlab();
  await settle();
  gitlab.instead = (_request, response) => {
    response.writeHead(status).end(body);
    return true;
  };
  expect(await settle()).toMatchObject({ problem: { code: 'COMMAND_FAILED' } });
  expect(names()).toEqual(['w-1', 'w-2']);
  expect(states()).toEqual(['!1 kept', '!2 kept']);
  gitlab.instead = null;
  closeRequest(1);
  closeRequest(2);
  expect(await settle()).toMatchObject({ problem: null });
  expect(names()).toEqual([]);
});

test('a repository that cannot be reached removes nothing, also after a restart', async () => {
  await commit('feature/a');
  await add();
  await settle();
  await rename(repository, `${repository}-away`);
  await restart();
  expect(await service.look('w')).toMatchObject({
    problem: { code: 'BAD_REQUEST' },
    subjects: [{ subject: 'feature/a', instance: 'w-feature-a', state: 'kept' }],
  });
  expect(names()).toEqual(['w-feature-a']);
  await rename(`${repository}-away`, repository);
  expect(await settle()).toMatchObject({ problem: null });
  expect(instances.asked).toEqual(['install w-feature-a']);
});

test('instances of other watches and of people are never touched', async () => {
  openRequest(1);
  await addGitlab();
  await settle();
  const mine = instances.get('w-1');
  instances.put({ ...mine, name: 'by-hand' as typeof mine.name, key: 'k1', watch: null });
  instances.put({
    ...mine,
    name: 'other-1' as typeof mine.name,
    key: 'k2',
    watch: { watchId: 'other', subject: '!1' },
  });
  closeRequest(1);
  await settle();
  expect(names()).toEqual(['by-hand', 'other-1']);
});

test('one that was renamed is still known, and a name that is taken is got round', async () => {
  openRequest(1);
  await addGitlab();
  await settle();
  const { name, ...rest } = instances.get('w-1');
  instances.drop(name);
  instances.put({ ...rest, name: 'mine' as typeof name });
  await settle();
  expect(names()).toEqual(['mine']);
  instances.put({ ...rest, name: 'w-2' as typeof name, key: 'k', watch: null });
  openRequest(2);
  await settle();
  expect(names()).toEqual(['mine', 'w-2', expect.stringMatching(/^w-2-[0-9a-f]{6}$/)]);
});

test('an install that fails is tried again when its commit moves or after an hour, and never twice before', async () => {
  openRequest(1);
  const real = gitlab.projects.get('lava/lava') ?? [];
  await addGitlab();
  await service.look('w');
  gitlab.projects.set('lava/lava', []);
  await instances.finish('w-1');
  gitlab.projects.set('lava/lava', real);
  expect(instances.get('w-1').state).toBe('failed');
  for (let count = 0; count < 3; count += 1) await settle();
  expect(instances.asked).toEqual(['install w-1']);
  expect(states()).toEqual(['!1 failed']);

  await restart();
  await settle();
  expect(instances.asked).toEqual(['install w-1']);

  openRequest(1);
  await settle();
  expect(instances.asked).toEqual(['install w-1', 'remove w-1', 'install w-1']);
  expect(states()).toEqual(['!1 kept']);
});

test('what could not even begin is told, tried again after an hour, and keeps nobody else waiting for ever', async () => {
  openRequest(1);
  instances.refusal = new LabError('MISSING_DEPENDENCY', 'There is no podman', { hint: 'Install podman.' });
  await addGitlab();
  await settle();
  await settle();
  expect(instances.asked).toEqual(['install w-1']);
  expect(view()).toMatchObject({ problem: { code: 'MISSING_DEPENDENCY', hint: 'Install podman.' } });
  expect(states()).toEqual(['!1 failed']);
  instances.refusal = null;
  await clock.pass(61 * minuteMs);
  await settle();
  expect(states()).toEqual(['!1 kept']);
  expect(view().problem).toBeNull();
});

test('an upgrade that fails leaves the instance as it was and is not tried at every look', async () => {
  openRequest(1);
  await addGitlab();
  await settle();
  const before = instances.get('w-1').resolved;
  openRequest(1);
  await service.look('w');
  const real = gitlab.projects.get('lava/lava') ?? [];
  gitlab.projects.set('lava/lava', []);
  await instances.finish('w-1');
  gitlab.projects.set('lava/lava', real);
  await settle();
  expect(instances.asked).toEqual(['install w-1', 'upgrade w-1']);
  expect(instances.get('w-1').resolved).toEqual(before);
  expect(states()).toEqual(['!1 failed']);
});

test('one that closed while it was being installed is removed as soon as it can be', async () => {
  openRequest(1);
  await addGitlab();
  await service.look('w');
  closeRequest(1);
  await service.look('w');
  expect(instances.asked).toEqual(['install w-1']);
  await settle();
  expect(names()).toEqual([]);
});

test('instances that were kept are nobody’s: a later watch of that name leaves them alone', async () => {
  openRequest(1);
  openRequest(2);
  await addGitlab({ maxInstances: 2 });
  await service.look('w');
  await service.remove('w', 'keep');
  expect(instances.get('w-1').watch).toBeNull();
  await instances.finishAll();
  expect(names()).toEqual(['w-1']);
  expect(service.list()).toEqual([]);

  await commit('feature/a');
  await add();
  await settle();
  expect(names()).toEqual(['w-1', 'w-feature-a']);
  expect(states()).toEqual(['feature/a kept']);
});

test('instances that still name an earlier watch, as after a crash, are let go before another takes its name', async () => {
  openRequest(1);
  await addGitlab();
  await settle();
  await service.remove('w', 'keep');
  instances.put({ ...instances.get('w-1'), watch: { watchId: 'w', subject: '!1' } });
  await restart();
  await add();
  await settle();
  expect(instances.asked).toEqual(['install w-1']);
  expect(instances.get('w-1').watch).toBeNull();
});

test('ending a watch can remove its instances, the busy ones too and across a restart', async () => {
  openRequest(1);
  await addGitlab();
  await settle();
  openRequest(2);
  await service.look('w');
  expect(names()).toEqual(['w-1', 'w-2']);
  await service.remove('w', 'remove');
  await polled(() => instances.get('w-1').state).toBe('removing');
  expect(instances.get('w-2').state).toBe('installing');
  await expect(addGitlab()).rejects.toMatchObject({ code: 'CONFLICT' });
  await restart();
  await polled(async () => {
    await instances.finishAll();
    return names();
  }).toEqual([]);
  await polled(() => addGitlab().then(({ watchId }) => watchId, String)).toBe('w');
});

const removals = () => instances.asked.filter((each) => each === 'remove w-1').length;

test('a removal that fails is tried again at a later look, not at once', async () => {
  openRequest(1);
  await addGitlab({ everyMinutes: 5 });
  await settle();
  instances.stuck.add('w-1');
  closeRequest(1);
  for (let count = 0; count < 3; count += 1) await settle();
  expect(instances.get('w-1').state).toBe('failed');
  expect(removals()).toBe(1);
  await clock.pass(5 * minuteMs);
  await polled(removals).toBe(2);
  instances.stuck.clear();
  await settle();
  expect(names()).toEqual([]);
});

test('what an ended watch left and cannot be removed is tried again by itself, not at once', async () => {
  openRequest(1);
  await addGitlab();
  await settle();
  instances.stuck.add('w-1');
  await service.remove('w', 'remove');
  await polled(removals).toBe(1);
  for (let count = 0; count < 3; count += 1) {
    await instances.finishAll();
    instances.put(instances.get('w-1'));
    // In the same queue as what those changes began.
    await expect(service.remove('none', 'keep')).rejects.toMatchObject({ code: 'NOT_FOUND' });
  }
  expect(removals()).toBe(1);
  instances.stuck.clear();
  await polled(() => clock.sleeping).toBe(1);
  await clock.pass(5 * minuteMs);
  await polled(removals).toBe(2);
  await instances.finishAll();
  expect(names()).toEqual([]);
  await polled(() => addGitlab().then(({ watchId }) => watchId, String)).toBe('w');
});

test('the token goes to its server, is kept encrypted, and is seen nowhere else', async () => {
  gitlab.token = 'glpat-secret';
  openRequest(1);
  const watch = await addGitlab({ token: 'glpat-secret' });
  expect(watch.hasToken).toBe(true);
  await settle();
  expect(names()).toEqual(['w-1']);
  expect(await service.tokenFor(`${gitlab.origin}/lava/lava.git`)).toBe('glpat-secret');
  expect(await service.tokenFor(`${gitlab.origin}/lava/other.git`)).toBeNull();
  gitlab.token = 'another';
  expect(await service.look('w')).toMatchObject({ problem: { code: 'UNAUTHORIZED' } });
  const texts = await Promise.all(
    (await readdir(dir, { withFileTypes: true }))
      .filter((entry) => entry.isFile())
      .map((entry) => readFile(path.join(dir, entry.name), 'utf8')),
  );
  expect(`${texts.join()}${log.join()}${JSON.stringify(service.list())}`).not.toContain('glpat-secret');
  await service.remove('w', 'keep');
  expect(JSON.parse(await readFile(path.join(dir, 'secrets.json'), 'utf8')).secrets).toEqual({});
});

test('a watch is there again after a restart, and looks at once', async () => {
  openRequest(1);
  await addGitlab({ everyMinutes: 30, lean: false });
  await settle();
  const before = gitlab.heard.length;
  await restart();
  expect(view()).toMatchObject({ everyMinutes: 30, lean: false, hasToken: false });
  await polled(() => gitlab.heard.length).toBe(before + 1);
});

test('closing waits for no remote', async () => {
  gitlab.instead = () => true;
  await addGitlab();
  await polled(() => gitlab.heard.length).toBe(1);
  const startedMs = performance.now();
  await service.close();
  expect(performance.now() - startedMs).toBeLessThan(1_000);
});

test('a server that asks for patience gets it', async () => {
  gitlab.instead = (_request, response) => {
    response.writeHead(429, { 'retry-after': '3600' }).end();
    return true;
  };
  await addGitlab({ everyMinutes: 1 });
  await polled(() => clock.sleeping).toBe(1);
  await clock.pass(30 * minuteMs);
  expect(gitlab.heard).toHaveLength(1);
  gitlab.instead = null;
  await clock.pass(30 * minuteMs);
  await polled(() => gitlab.heard.length).toBe(2);
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
  await add();
  const before = service.list().length;
  await expect(add({ ...more, token: 'x' })).rejects.toMatchObject({ code, data: { field } });
  expect(service.list()).toHaveLength(before);
  await expect(service.look('none')).rejects.toMatchObject({ code: 'NOT_FOUND' });
});

test('a damaged file is kept and told, and touches no instance', async () => {
  openRequest(1);
  await addGitlab();
  await settle();
  await service.close();
  await writeFile(path.join(dir, 'watches.json'), '{"version":1,');
  await start();
  expect(service.list()).toEqual([]);
  expect(names()).toEqual(['w-1']);
  expect((await readdir(dir)).some((name) => name.startsWith('watches.damaged-'))).toBe(true);
});
