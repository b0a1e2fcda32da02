import { execFileSync } from 'node:child_process';
import {
  chmod,
  chown,
  mkdir,
  mkdtemp,
  readdir,
  readFile,
  readlink,
  rm,
  symlink,
  writeFile,
} from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { type GitPlace, instanceSource, LabError } from '../../main/contract/index.ts';
import { type ReadRun, SourceReader, type TreeSource } from '../../main/instances/sources/index.ts';

let dir: string;
let remote: string;
let reader: SourceReader;
beforeEach(async () => {
  dir = await mkdtemp(path.join(tmpdir(), 'labdeck-git-'));
  remote = path.join(dir, 'remote');
  await mkdir(path.join(dir, 'scratch'));
  reader = newReader();
  git('init', '--quiet', '--initial-branch=master', remote);
});
afterEach(() => rm(dir, { recursive: true, force: true }));

const newReader = (token: string | null = null) =>
  new SourceReader({
    cacheDir: path.join(dir, 'cache'),
    scratchDir: path.join(dir, 'scratch'),
    gitToken: async () => token,
  });

function git(...args: string[]): string {
  const who = ['-c', 'user.name=Test', '-c', 'user.email=test@example.org', '-c', 'safe.directory=*'];
  return execFileSync('git', [...who, ...args], { encoding: 'utf8', stdio: 'pipe' }).trim();
}
const inRemote = (...args: string[]) => git('-C', remote, ...args);

/** A commit of a LAVA tree whose server says `text`; resolves with its id. */
async function commit(text: string): Promise<string> {
  const packages = [
    'lava_common',
    'lava_dispatcher',
    'lava_rest_app',
    'lava_results_app',
    'lava_scheduler_app',
    'lava_server',
    'linaro_django_xmlrpc',
  ];
  for (const name of [...packages, 'share']) {
    await mkdir(path.join(remote, name), { recursive: true });
    await writeFile(path.join(remote, name, '__init__.py'), `says = '${text}'\n`);
  }
  inRemote('add', '--all');
  inRemote('commit', '--quiet', '--message', text);
  return inRemote('rev-parse', 'HEAD');
}

function source(at: GitPlace | null = null, repository = remote): TreeSource {
  const parsed = instanceSource.parse({ kind: 'branch', repository, at });
  if (parsed.kind !== 'branch') throw new Error('no branch');
  return parsed;
}

let fetches = 0;
async function fetched(from: TreeSource, using = reader, run: ReadRun = {}) {
  fetches += 1;
  const got = await using.fetch(from, path.join(dir, `tree-${fetches}`), run);
  const text = await readFile(path.join(got.tree, 'lava_server', '__init__.py'), 'utf8');
  return { ...got, says: /'(.*)'/.exec(text)?.[1] };
}

async function refusal(work: Promise<unknown>): Promise<LabError> {
  const error = await work.catch((thrown: unknown) => thrown);
  if (error instanceof LabError) return error;
  throw new Error(`it was not refused: ${String(error)}`);
}

test('each kind of place is found and brought here', async () => {
  const first = await commit('first');
  inRemote('tag', '--annotate', '--message', 'release', '2026.01');
  const second = await commit('second');
  inRemote('branch', 'topic/one');
  inRemote('update-ref', 'refs/merge-requests/7/head', first);
  inRemote('update-ref', 'refs/pull/8/head', first);
  const third = await commit('third');
  const places: [GitPlace | null, string, string, string][] = [
    [null, third, 'third', `branch master at ${third.slice(0, 7)}`],
    [{ kind: 'branch', name: 'topic/one' }, second, 'second', `branch topic/one at ${second.slice(0, 7)}`],
    [{ kind: 'tag', name: '2026.01' }, first, 'first', `tag 2026.01 at ${first.slice(0, 7)}`],
    [{ kind: 'merge-request', number: 7 }, first, 'first', `merge request 7 at ${first.slice(0, 7)}`],
    [{ kind: 'merge-request', number: 8 }, first, 'first', `merge request 8 at ${first.slice(0, 7)}`],
    [{ kind: 'commit', id: second }, second, 'second', `commit ${second.slice(0, 7)}`],
    [{ kind: 'commit', id: second.slice(0, 9) }, second, 'second', `commit ${second.slice(0, 7)}`],
  ];
  for (const [at, id, says, title] of places) {
    const found = await reader.resolve(source(at));
    expect(found).toEqual({ resolved: { title, commit: id, sha256: null }, identity: `git:${id}` });
    expect(await fetched(source(at))).toMatchObject({ resolved: found.resolved, says });
  }
});

test('a commit no branch shows is found by its whole id, and one only history has by a short one', async () => {
  const hidden = await commit('hidden');
  inRemote('checkout', '--quiet', '--orphan', 'other');
  await commit('other');
  const early = inRemote('rev-parse', 'HEAD');
  await commit('later');
  inRemote('branch', '--delete', '--force', 'master');
  expect((await fetched(source({ kind: 'commit', id: hidden }))).says).toBe('hidden');
  const fresh = newReader();
  expect((await fetched(source({ kind: 'commit', id: early.slice(0, 8) }), fresh)).says).toBe('other');
});

test('a branch that moved, also backwards, is followed', async () => {
  const first = await commit('first');
  expect((await fetched(source())).says).toBe('first');
  await commit('second');
  expect((await fetched(source())).says).toBe('second');
  inRemote('reset', '--quiet', '--hard', first);
  expect((await fetched(source())).says).toBe('first');
});

test('a version is counted from the last release, or made of the commit where there is none', async () => {
  const untagged = await commit('untagged');
  const without = await fetched(source());
  expect(await without.version('2026.09')).toBe(`2026.09+${untagged.slice(0, 7)}`);
  inRemote('tag', '--annotate', '--message', 'release', '2026.10');
  inRemote('tag', 'not-a-release');
  expect(await (await fetched(source())).version('2026.09')).toBe('2026.10');
  const next = await commit('next');
  expect(await (await fetched(source())).version('2026.09')).toBe(`2026.10-1-g${next.slice(0, 7)}`);
});

test('what is not there is said, with what there is', async () => {
  await commit('first');
  inRemote('branch', 'release');
  const branch = await refusal(reader.resolve(source({ kind: 'branch', name: 'gone' })));
  expect(branch).toMatchObject({ code: 'BAD_REQUEST', data: { field: 'source.at' } });
  expect(branch.message).toContain('no branch gone');
  expect(branch.hint).toContain('master, release');
  const request = await refusal(reader.resolve(source({ kind: 'merge-request', number: 99 })));
  expect(request.message).toContain('no merge request 99');
  expect(request.data.field).toBe('source.at');
  const tag = await refusal(reader.resolve(source({ kind: 'tag', name: '1' })));
  expect(tag.hint).toBe('It has no tag at all.');
  const id = await refusal(reader.resolve(source({ kind: 'commit', id: '1234567' })));
  expect(id).toMatchObject({ code: 'BAD_REQUEST', data: { field: 'source.at' } });
  const whole = await refusal(reader.resolve(source({ kind: 'commit', id: '12'.repeat(20) })));
  expect(whole).toMatchObject({ code: 'BAD_REQUEST', data: { field: 'source.at' } });
});

test('a repository that cannot be read is said to be at fault', async () => {
  const missing = await refusal(reader.resolve(source(null, path.join(dir, 'nowhere'))));
  expect(missing).toMatchObject({ code: 'BAD_REQUEST', data: { field: 'source.repository' } });
  const closed = await refusal(reader.resolve(source(null, 'http://127.0.0.1:1/lava.git')));
  expect(closed).toMatchObject({ code: 'BAD_REQUEST', data: { field: 'source.repository' } });
  const empty = await refusal(reader.resolve(source()));
  expect(empty.message).toContain('no commit');
});

test('a tree that is not LAVA is refused, and says what is missing', async () => {
  await commit('first');
  inRemote('rm', '--quiet', '-r', 'lava_dispatcher', 'share');
  inRemote('commit', '--quiet', '--message', 'broken');
  const error = await refusal(fetched(source()));
  expect(error).toMatchObject({ code: 'BAD_REQUEST', data: { field: 'source.repository' } });
  expect(error.message).toContain('no lava_dispatcher, share or etc/dispatcher-config');
});

test('links to files of the image a tree is for are kept, and nothing is read or written through them', async () => {
  await commit('first');
  const secret = path.join(dir, 'secret');
  await writeFile(secret, '2026.99\n');
  await symlink('/usr/share/javascript/jquery.js', path.join(remote, 'share', 'jquery.js'));
  await symlink(`../../../../../../../..${secret}`, path.join(remote, 'lava_common', 'VERSION'));
  inRemote('add', '--all');
  inRemote('commit', '--quiet', '--message', 'links');
  const { tree, version } = await fetched(source());
  expect(await readlink(path.join(tree, 'share', 'jquery.js'))).toBe('/usr/share/javascript/jquery.js');
  expect(await version('2026.09')).not.toContain('2026.99');
  expect(await readFile(secret, 'utf8')).toBe('2026.99\n');
});

test('names that look like options, and transports that run programs, do nothing of the kind', async () => {
  await commit('first');
  const evidence = path.join(dir, 'evidence');
  const program = path.join(dir, 'program');
  await writeFile(program, `#!/bin/sh\ntouch ${evidence}\n`);
  await chmod(program, 0o755);
  const at = { kind: 'branch', name: `--upload-pack=${program}` } as const;
  await refusal(reader.resolve({ kind: 'branch', repository: remote, at, suite: 'forky' }));
  for (const repository of [`ext::${program}`, `--upload-pack=${program}`])
    await refusal(reader.resolve({ kind: 'branch', repository, at: null, suite: 'forky' }));
  expect(await readdir(dir)).not.toContain('evidence');
});

test.runIf(process.getuid?.() === 0)('a repository of another user of this machine can be used', async () => {
  await commit('first');
  const all = await readdir(remote, { recursive: true });
  for (const name of ['.', ...all]) await chown(path.join(remote, name), 12345, 12345);
  expect((await fetched(source())).says).toBe('first');
  expect(await readdir(path.join(dir, 'scratch'))).toEqual([]);
});

test('a password goes to its own host alone, and neither into process lists nor into errors', async () => {
  const seen: { url: string | undefined; authorization: string | undefined }[] = [];
  const server = createServer((request, response) => {
    seen.push({ url: request.url, authorization: request.headers.authorization });
    if (request.headers.authorization) response.writeHead(404).end();
    else response.writeHead(401, { 'www-authenticate': 'Basic realm="lab"' }).end();
  }).listen(0, '127.0.0.1');
  await new Promise((resolve) => server.once('listening', resolve));
  const { port } = server.address() as AddressInfo;
  const basic = (user: string, secret: string) =>
    `Basic ${Buffer.from(`${user}:${secret}`).toString('base64')}`;
  try {
    const error = await refusal(newReader('t0ken').resolve(source(null, `http://127.0.0.1:${port}/a.git`)));
    expect(seen.map(({ authorization }) => authorization)).toContain(basic('oauth2', 't0ken'));
    // The contract takes no such address; should one come by another way, it must not be told either.
    const inAddress = { ...source(), repository: `http://me:pass%20word@127.0.0.1:${port}/b.git` };
    const other = await refusal(reader.resolve(inAddress));
    expect(seen.map(({ authorization }) => authorization)).toContain(basic('me', 'pass word'));
    // `details` has the arguments as they were in the process list.
    const said = JSON.stringify([
      error.message,
      error.data,
      error.cause,
      other.message,
      other.data,
      other.cause,
    ]);
    expect(said).not.toMatch(/t0ken|pass/);
  } finally {
    server.close();
  }
});

test('a fetch that was killed in the middle is begun afresh, and one that is cancelled leaves no process', async () => {
  const id = await commit('first');
  await fetched(source());
  const [mirror] = await readdir(path.join(dir, 'cache', 'git'));
  await writeFile(path.join(dir, 'cache', 'git', mirror ?? '', 'labdeck-busy'), '');
  await reader.sweep();
  expect(await readdir(path.join(dir, 'cache', 'git'))).toEqual([]);
  expect((await fetched(source())).resolved.commit).toBe(id);
  const silent = createServer(() => {}).listen(0, '127.0.0.1');
  await new Promise((resolve) => silent.once('listening', resolve));
  const cancel = new AbortController();
  const asked = new Promise((resolve) => silent.once('request', resolve));
  const { port } = silent.address() as AddressInfo;
  const work = reader.resolve(source(null, `http://127.0.0.1:${port}/a.git`), { signal: cancel.signal });
  await asked;
  cancel.abort(new Error('enough'));
  await expect(work).rejects.toThrow('enough');
  // A helper of git that lived on would keep its connection.
  await new Promise((resolve) => silent.close(resolve));
});
