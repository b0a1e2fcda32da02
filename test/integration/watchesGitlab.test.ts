import { afterEach, beforeEach, expect, test } from 'vitest';
import { parseProject } from '../../main/instances/watches/gitlabProject.ts';
import { listMergeRequests } from '../../main/instances/watches/gitlabRequests.ts';
import { GitlabServer } from '../fakes/gitlabServer.ts';

let gitlab: GitlabServer;
beforeEach(async () => {
  gitlab = await GitlabServer.start();
  gitlab.projects.set('lava/sub/lava', []);
});
afterEach(() => gitlab.stop());

const sha = (iid: number) => `${iid}`.padStart(40, '0');
function ask(more: { token?: string; label?: string; timeoutMs?: number; signal?: AbortSignal } = {}) {
  const project = parseProject(`${gitlab.origin}/lava/sub/lava`);
  if (!project) throw new Error('no project');
  return listMergeRequests({
    project,
    label: more.label ?? null,
    token: more.token ?? null,
    fetch: globalThis.fetch,
    signal: more.signal ?? new AbortController().signal,
    ...(more.timeoutMs === undefined ? {} : { timeoutMs: more.timeoutMs }),
  });
}
function fill(count: number) {
  for (let iid = 1; iid <= count; iid += 1)
    gitlab.projects.get('lava/sub/lava')?.push({
      iid,
      title: `Request ${iid}`,
      sha: sha(iid),
      labels: iid % 2 ? ['odd'] : [],
    });
}

test.each(['header', 'link'] as const)('all pages are read, told of by %s', async (paging) => {
  gitlab.paging = paging;
  fill(230);
  const requests = await ask();
  expect(requests).toHaveLength(230);
  expect(requests[229]).toEqual({ number: 230, title: 'Request 230', commit: sha(230) });
  expect(gitlab.heard).toHaveLength(3);
});

test('none open is an answer, and one without a commit is none to build', async () => {
  expect(await ask()).toEqual([]);
  gitlab.projects.get('lava/sub/lava')?.push({ iid: 3, title: 'empty', sha: null, labels: [] });
  expect(await ask()).toEqual([]);
});

test('only those with the label are asked for', async () => {
  fill(6);
  expect((await ask({ label: 'odd' })).map(({ number }) => number)).toEqual([1, 3, 5]);
});

test('a private project is read with the token, which is in no address', async () => {
  gitlab.token = 'glpat-secret';
  fill(1);
  expect(await ask({ token: 'glpat-secret' })).toHaveLength(1);
  expect(gitlab.heard.map(({ url }) => url).join()).not.toContain('secret');
  await expect(ask()).rejects.toMatchObject({
    code: 'NOT_FOUND',
    data: { hint: expect.stringContaining('token') },
  });
  await expect(ask({ token: 'old' })).rejects.toMatchObject({ code: 'UNAUTHORIZED' });
});

test.each([
  [401, 'UNAUTHORIZED'],
  [403, 'FORBIDDEN'],
  [404, 'NOT_FOUND'],
  [429, 'COMMAND_FAILED'],
  [500, 'COMMAND_FAILED'],
  [502, 'COMMAND_FAILED'],
  [418, 'COMMAND_FAILED'],
])('status %i is the problem %s', async (status, code) => {
  gitlab.instead = (_request, response) => {
    response.writeHead(status).end('{}');
    return true;
  };
  await expect(ask()).rejects.toMatchObject({ name: 'LabError', code });
});

test('a server that is asked too often says how long to wait', async () => {
  gitlab.instead = (_request, response) => {
    response.writeHead(429, { 'retry-after': '1800' }).end();
    return true;
  };
  await expect(ask()).rejects.toMatchObject({ data: { details: { retryAfterMs: 1_800_000 } } });
});

test.each([
  ['no JSON', '<html>please log in</html>'],
  ['another JSON', '{"message":"hello"}'],
  ['a commit that is none', '[{"iid":1,"title":"x","sha":"--upload-pack=x"}]'],
  ['a number that is none', `[{"iid":-1,"title":"x","sha":"${sha(1)}"}]`],
])('%s for an answer is a problem, not an empty list', async (_what, body) => {
  gitlab.instead = (_request, response) => {
    response.end(body);
    return true;
  };
  await expect(ask()).rejects.toMatchObject({
    code: 'COMMAND_FAILED',
    message: expect.stringContaining('no list'),
  });
});

test('a second page that fails makes the whole answer fail: the rest has not closed', async () => {
  fill(150);
  gitlab.instead = (request, response) => {
    if (!request.url?.includes('page=2')) return false;
    response.writeHead(502).end();
    return true;
  };
  await expect(ask()).rejects.toMatchObject({ code: 'COMMAND_FAILED' });
});

test('an answer that is cut off, endless or late is a problem', async () => {
  gitlab.instead = (_request, response) => {
    response.writeHead(200, { 'content-length': '5000' });
    response.write('[');
    response.destroy();
    return true;
  };
  await expect(ask()).rejects.toMatchObject({ code: 'COMMAND_FAILED' });
  gitlab.instead = (_request, response) => {
    const chunk = Buffer.alloc(1024 * 1024, ' ');
    const more = () => {
      while (!response.destroyed && response.write(chunk));
      if (!response.destroyed) response.once('drain', more);
    };
    more();
    return true;
  };
  await expect(ask()).rejects.toMatchObject({ code: 'TOO_LARGE' });
  gitlab.instead = () => true;
  await expect(ask({ timeoutMs: 50 })).rejects.toMatchObject({ code: 'TIMEOUT' });
});

test('a list without an end is given up', async () => {
  fill(1);
  gitlab.instead = (_request, response) => {
    response.setHeader('X-Next-Page', '2');
    response.end('[]');
    return true;
  };
  await expect(ask()).rejects.toMatchObject({ code: 'TOO_LARGE' });
});

test('who is closing does not wait for an answer', async () => {
  gitlab.instead = () => true;
  const stop = new AbortController();
  const asked = ask({ signal: stop.signal });
  await expect.poll(() => gitlab.heard.length, { timeout: 15_000 }).toBe(1);
  stop.abort(new Error('closing'));
  await expect(asked).rejects.toThrow('closing');
});

test('a server that cannot be reached is told with the reason', async () => {
  const other = await GitlabServer.start();
  const project = parseProject(`${other.origin}/a/b`);
  await other.stop();
  if (!project) throw new Error('no project');
  const asked = listMergeRequests({
    project,
    label: null,
    token: null,
    fetch: globalThis.fetch,
    signal: new AbortController().signal,
  });
  await expect(asked).rejects.toMatchObject({ message: expect.stringContaining('ECONNREFUSED') });
});

test('a redirect on the server itself is followed, and one in circles is not', async () => {
  fill(1);
  gitlab.instead = (request, response) => {
    if (request.url?.includes('moved')) return false;
    response.writeHead(302, { location: `${request.url}&moved=1` }).end();
    return true;
  };
  expect(await ask()).toHaveLength(1);
  gitlab.instead = (request, response) => {
    response.writeHead(302, { location: request.url ?? '/' }).end();
    return true;
  };
  await expect(ask()).rejects.toMatchObject({ message: expect.stringContaining('circles') });
});

test('a redirect to another server is a problem, and the token never goes there', async () => {
  const thief = await GitlabServer.start();
  try {
    gitlab.instead = (request, response) => {
      response.writeHead(302, { location: `${thief.origin}${request.url}` }).end();
      return true;
    };
    await expect(ask({ token: 'glpat-secret' })).rejects.toMatchObject({
      code: 'BAD_REQUEST',
      message: expect.stringContaining(thief.origin),
    });
    expect(thief.heard).toEqual([]);
  } finally {
    await thief.stop();
  }
});
