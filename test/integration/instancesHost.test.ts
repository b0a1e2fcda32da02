import { mkdtempSync, rmSync } from 'node:fs';
import { request } from 'node:http';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { createLogger } from '../../main/base/logger.ts';
import { type Core, composeCore } from '../../main/hosts/composeCore.ts';
import { EngineModel } from '../fakes/engine/engineModel.ts';
import { FakePodman } from '../fakes/engine/fakePodman.ts';
import { debianReleases } from '../fakes/engine/lavaModel.ts';

// The whole core over a podman that is a program on the PATH: what crosses REST and command lines when things go wrong.

const reference = 'registry.example.org/lava:1';
const asked = { source: { kind: 'image', reference } };
const waiting = { timeout: 30_000, interval: 50 };
const usualPath = process.env.PATH;

/** Whatever is built here has LAVA in it. */
class LavaModel extends EngineModel {
  override addImage(image: Parameters<EngineModel['addImage']>[0]) {
    return super.addImage({ ...image, lava: debianReleases.forky });
  }
}

let folder: string;
let model: EngineModel;
let podman: FakePodman;
let core: Core | null;
let log: string[];
beforeEach(async () => {
  folder = mkdtempSync(path.join(tmpdir(), 'labdeck-host-'));
  model = new LavaModel({ bootMs: 20, failMs: 200 });
  const image = model.addImage({ labels: { 'io.labdeck.recipe': '1' }, lava: debianReleases.forky });
  model.tag(image.id, reference);
  podman = await FakePodman.start(folder, model);
  process.env.PATH = `${podman.binDir}:${usualPath}`;
  log = [];
  core = null;
});
afterEach(async () => {
  await core?.close();
  process.env.PATH = usualPath;
  await podman.stop();
  await model.dispose();
  rmSync(folder, { recursive: true, force: true });
});

async function start(): Promise<void> {
  core = await composeCore({
    dataDir: path.join(folder, 'data'),
    host: 'headless',
    version: 'test',
    secretKey: null,
    resourcesDir: path.join(import.meta.dirname, '..', '..', 'resources'),
    logger: createLogger((line) => log.push(line)),
  });
}

// biome-ignore lint/suspicious/noExplicitAny: what a test expects of the body is what it checks
function call(method: string, address: string, body?: unknown): Promise<{ status: number; body: any }> {
  return new Promise((resolve, reject) => {
    const headers = body === undefined ? {} : { 'content-type': 'application/json' };
    const sent = request(
      { socketPath: core?.socketPath ?? '', method, path: `/api/v1${address}`, headers, timeout: 20_000 },
      (answer) => {
        let text = '';
        answer.setEncoding('utf8');
        answer.on('data', (part: string) => {
          text += part;
        });
        answer.on('end', () =>
          resolve({ status: answer.statusCode ?? 0, body: text === '' ? null : JSON.parse(text) }),
        );
      },
    );
    sent.on('error', reject);
    sent.end(body === undefined ? undefined : JSON.stringify(body));
  });
}

async function ended(taskId: string) {
  await expect
    .poll(async () => (await call('GET', `/tasks/${taskId}`)).body.endedAtMs, waiting)
    .not.toBeNull();
  return (await call('GET', `/tasks/${taskId}`)).body;
}

async function inStep(taskId: string, step: string) {
  const steps = async () => (await call('GET', `/tasks/${taskId}`)).body.steps;
  await expect.poll(steps, waiting).toContainEqual(expect.objectContaining({ name: step, state: 'running' }));
}

test('an installation by REST, and what is refused with which status', async () => {
  await start();
  const added = await call('POST', '/instances', { name: 'home', ...asked });
  expect(added.status).toBe(202);
  expect(await ended(added.body.taskId)).toMatchObject({ state: 'succeeded', problem: null });
  const { body: home } = await call('GET', '/instances/home');
  const version = await fetch(new URL('api/v0.2/system/version/', home.url));
  expect(await version.json()).toEqual({ version: '2026.09' });
  for (const [input, status, code] of [
    [{ name: 'home' }, 409, 'NAME_TAKEN'],
    [{ name: 'other', port: home.port }, 409, 'CONFLICT'],
    [{ name: 'other', port: 6000 }, 400, 'BAD_REQUEST'],
    [{ name: 'other', port: 80 }, 400, 'BAD_REQUEST'],
    [{ name: 'Not a name' }, 400, 'BAD_REQUEST'],
    [{ name: '../../etc' }, 400, 'BAD_REQUEST'],
  ] as const)
    expect(await call('POST', '/instances', input)).toMatchObject({ status, body: { code } });
  expect((await call('DELETE', '/instances/home')).status).toBe(202);
  await expect.poll(async () => (await call('GET', '/instances')).body, waiting).toEqual([]);
  expect([model.containers.size, model.volumes.size]).toEqual([0, 0]);
});

test('without an engine, or one this user may not use, nothing is begun and it says what to do', async () => {
  model.faults.add({ verb: 'info', does: { say: 'dial unix /run/podman/podman.sock: permission denied' } });
  await start();
  const denied = await call('POST', '/instances', { name: 'home', ...asked });
  expect(denied).toMatchObject({ status: 409, body: { code: 'PERMISSION_DENIED' } });
  expect(denied.body.hint ?? denied.body.data?.hint).not.toBe('');
  model.faults.clear();
  process.env.PATH = folder;
  await core?.close();
  await start();
  expect((await call('POST', '/instances', { name: 'home', ...asked })).body.code).toBe('MISSING_DEPENDENCY');
  expect((await call('GET', '/engine')).body).toMatchObject({ state: 'unavailable' });
  expect((await call('GET', '/instances')).body).toEqual([]);
});

test('while the engine hangs everything else answers; quitting takes seconds, and the next start goes on', async () => {
  await start();
  model.faults.add({ verb: 'exec', does: 'hang' });
  const { body } = await call('POST', '/instances', { name: 'home', ...asked });
  await inStep(body.taskId, 'admin');
  expect((await call('GET', '/boards')).status).toBe(200);
  expect((await call('POST', '/instances/home/stop')).body.code).toBe('CONFLICT');
  const beginMs = performance.now();
  await core?.close();
  expect(performance.now() - beginMs).toBeLessThan(10_000);
  expect([model.containers.size, model.volumes.size]).toEqual([0, 0]);
  model.faults.clear();
  await start();
  expect(await ended(body.taskId)).toMatchObject({ state: 'succeeded' });
  expect((await call('GET', '/instances')).body).toMatchObject([{ name: 'home' }]);
});

test('an engine that does not answer at all is found out in time', async () => {
  model.faults.add({ verb: 'info', does: 'hang' });
  await start();
  const answer = await call('POST', '/instances', { name: 'home', ...asked });
  expect(answer).toMatchObject({ status: 504, body: { code: 'TIMEOUT' } });
  expect((await call('GET', '/boards')).status).toBe(200);
});
