import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { PassThrough, Readable } from 'node:stream';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { freePort } from '../../main/instances/freePort.ts';
import { InstanceControl } from '../../main/instances/instanceControl.ts';
import { instanceStatus } from '../../main/instances/instanceStatus.ts';
import { FakeEngine } from '../fakes/engine/fakeEngine.ts';
import { debianReleases, type LavaRelease } from '../fakes/engine/lavaModel.ts';

// The fake instance keeps to what Labdeck's own code asks of a real one.

const waiting = { timeout: 10_000, interval: 10 };
let folder: string;
let engine: FakeEngine;
let port: number;
beforeEach(async () => {
  folder = mkdtempSync(path.join(tmpdir(), 'labdeck-instance-'));
  engine = new FakeEngine();
  port = (await freePort(new Set())) ?? 0;
});
afterEach(async () => {
  await engine.model.dispose();
  rmSync(folder, { recursive: true, force: true });
});

async function instance(release: LavaRelease, more: { volume?: string; start?: string } = {}) {
  const { volume = 'data', start = 'normal' } = more;
  const image = engine.model.addImage({ labels: {}, lava: release });
  const url = `http://127.0.0.1:${port}/`;
  writeFileSync(
    path.join(folder, 'config.json'),
    JSON.stringify({ version: 1, name: 'home', url, start, worker: true }),
  );
  await engine.removeContainer('home');
  await engine.create({
    name: 'home',
    image: image.id,
    labels: {},
    hostname: 'home',
    volumes: [{ volume, target: '/state' }],
    binds: [{ source: folder, target: '/run/labdeck', readOnly: false }],
    ports: [{ host: port, container: 80 }],
    capabilities: [],
    memoryLimitBytes: null,
  });
  await engine.start('home');
  return new InstanceControl(engine, 'home');
}

const status = () => instanceStatus.parse(JSON.parse(readFileSync(path.join(folder, 'status.json'), 'utf8')));
const becomes = (state: string) => vi.waitFor(() => expect(status().state).toBe(state), waiting);
const get = (address: string, headers: Record<string, string> = {}) =>
  fetch(`http://127.0.0.1:${port}${address}`, { redirect: 'manual', headers });

async function backup(control: InstanceControl): Promise<Buffer> {
  const stdout = new PassThrough();
  const chunks: Buffer[] = [];
  stdout.on('data', (bytes: Buffer) => chunks.push(bytes));
  await control.backup(stdout);
  return Buffer.concat(chunks);
}

test('it comes up, answers with its version, and an address logs in once', async () => {
  const control = await instance(debianReleases.forky);
  await becomes('running');
  expect(await (await get('/api/v0.2/system/version/')).json()).toEqual({ version: '2026.09' });
  await control.setAdmin('admin', 'secret');
  const address = await control.login('admin');
  const welcome = await get(address);
  expect(welcome.status).toBe(302);
  const cookie = welcome.headers.get('set-cookie')?.split(';')[0] ?? '';
  expect(await (await get('/', { cookie })).text()).toContain('admin');
  expect((await get(address)).status).toBe(404);
});

test('what it holds survives its container, an upgrade and a backup; a downgrade is refused', async () => {
  let control = await instance(debianReleases.forky);
  await becomes('running');
  await control.setAdmin('admin', 'secret');
  const made = await backup(control);
  control = await instance(debianReleases.sid);
  await becomes('running');
  expect(await (await get('/api/v0.2/system/version/')).json()).toEqual({ version: '2026.10' });
  await control.login('admin');
  const newer = await backup(control);
  await instance(debianReleases.forky);
  await becomes('failed');
  expect(status().problem).toMatchObject({ code: 'CONFLICT' });
  await vi.waitFor(
    async () => expect(await engine.findContainer('home')).toMatchObject({ exitCode: 78 }),
    waiting,
  );
  control = await instance(debianReleases.forky, { volume: 'other', start: 'restore' });
  await becomes('awaiting-restore');
  await expect(control.restore(Readable.from([newer]))).rejects.toMatchObject({ code: 'CONFLICT' });
  await expect(control.restore(Readable.from([made.subarray(0, 3000)]))).rejects.toMatchObject({
    code: 'DAMAGED',
  });
  await control.restore(Readable.from([made]));
  await becomes('running');
  await control.login('admin');
});

test('a part that crashes is reported, and comes back', async () => {
  const control = await instance(debianReleases.forky);
  await becomes('running');
  await control.restart('scheduler');
  await vi.waitFor(
    () => expect(status().parts.scheduler).toMatchObject({ state: 'ok', restarts: 1 }),
    waiting,
  );
});
