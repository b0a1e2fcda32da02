import { spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { PowerReading, TaskWithLog } from '../../main/contract/index.ts';
import { HeadlessHost } from '../fakes/headlessHost.ts';

let dir: string;
let lab: HeadlessHost;
beforeAll(async () => {
  dir = mkdtempSync(join(tmpdir(), 'labdeck-truth-'));
  lab = await HeadlessHost.start(join(dir, 'data'));
});
afterAll(async () => {
  await lab?.stop();
  rmSync(dir, { recursive: true, force: true });
});

type Outlet = { behaviour: 'honest' | 'mute' | 'lies'; gang?: string };

async function addBoard(name: string, outlet: Outlet | null, kind: 'sim' | 'qemu' = 'sim'): Promise<void> {
  const power = outlet && { kind: 'virtual', ...outlet };
  const { status, body } = await lab.rest('POST', '/boards', { name, virtual: kind, power });
  if (status !== 201) throw new Error(JSON.stringify(body));
}

async function switchOn(name: string, until: string): Promise<void> {
  const from = (await lab.recording(`${name}.main`)).length;
  const { status, body } = await lab.rest('PUT', `/boards/${name}/power`, { state: 'on' });
  if (status !== 200) throw new Error(JSON.stringify(body));
  await lab.waitForOutput(`${name}.main`, until, from);
}

const read = async (name: string) => (await lab.rest('GET', `/boards/${name}/power`)).body as PowerReading;
const task = async (taskId: string) => (await lab.rest('GET', `/tasks/${taskId}`)).body as TaskWithLog;

async function startTest(name: string, options: Record<string, unknown> = {}): Promise<string> {
  const { status, body } = await lab.rest('POST', `/boards/${name}/power/test`, {
    offMs: 3000,
    bootMs: 10_000,
    ...options,
  });
  if (status !== 202) throw new Error(JSON.stringify(body));
  return body.taskId;
}

/** Runs the test to its end; answers what stands in the reading then. */
async function verdictOf(name: string, options: Record<string, unknown> = {}): Promise<PowerReading> {
  const taskId = await startTest(name, options);
  await expect
    .poll(async () => (await task(taskId)).state, { timeout: 40_000, interval: 200 })
    .not.toBe('running');
  const ended = await task(taskId);
  if (ended.state !== 'succeeded') throw new Error(JSON.stringify(ended));
  return await read(name);
}

test('an outlet that cuts the power is real, and its board is on again afterwards', async () => {
  await addBoard('honest', null);
  await switchOn('honest', 'sim login: ');
  const reading = await verdictOf('honest');
  expect(reading.verdict).toMatchObject({ outcome: 'real', others: [] });
  expect(reading.verdict?.seen.map(({ kind }) => kind)).toContain('boot-banner');
  expect(reading).toMatchObject({ commanded: 'on', commandedBy: 'test', known: 'on', busy: false });
});

test('an outlet that cannot be asked is real by what its board does', async () => {
  await addBoard('mute', { behaviour: 'mute' });
  await switchOn('mute', 'sim login: ');
  expect(await read('mute')).toMatchObject({ known: 'on', evidence: { kind: 'boot-banner' } });
  expect((await verdictOf('mute')).verdict).toMatchObject({ outcome: 'real' });
});

test('an outlet that lies is found out, its off is never believed, and typing still reaches the board', async () => {
  await addBoard('liar', { behaviour: 'lies' });
  await switchOn('liar', 'sim login: ');
  const reading = await verdictOf('liar');
  expect(reading.verdict).toMatchObject({ outcome: 'lies' });
  expect(reading.verdict?.text).toMatch(/stayed/);
  const off = (await lab.rest('PUT', '/boards/liar/power', { state: 'off' })).body as PowerReading;
  expect(off).toMatchObject({ commanded: 'off', commandedBy: 'a script', known: 'unknown' });
  expect(off.evidence.text).toContain('the power stays');
  const from = (await lab.recording('liar.main')).length;
  expect((await lab.rest('POST', '/consoles/liar.main/input', { text: 'root\n' })).status).toBe(200);
  await lab.waitForOutput('liar.main', '# ', from);
});

test('boards that lose their power together are ganged, and are named before and after', async () => {
  await addBoard('left', { behaviour: 'honest', gang: 'desk' });
  await addBoard('right', { behaviour: 'honest', gang: 'desk' });
  await switchOn('left', 'sim login: ');
  await lab.waitForOutput('right.main', 'sim login: ');
  expect((await read('left')).outlet).toMatchObject({ switching: 'ganged', alsoCuts: ['right'] });
  for (const [method, path, body] of [
    ['PUT', '/boards/left/power', { state: 'off' }],
    ['POST', '/boards/left/power/cycle', {}],
    ['POST', '/boards/left/power/test', {}],
  ] as const)
    expect((await lab.rest(method, path, body)).body).toMatchObject({
      code: 'CONFLICT',
      details: { boards: ['right'], refuses: null },
    });
  expect(await read('right')).toMatchObject({ known: 'on' });
  const reading = await verdictOf('left', { force: true });
  expect(reading.verdict).toMatchObject({ outcome: 'ganged', others: ['right'] });
  const { body } = await lab.rest('GET', '/consoles/right.main/times?from=0&to=1000000');
  expect(body.events).toContainEqual(
    expect.objectContaining({ kind: 'mark', text: expect.stringContaining('switched together with left') }),
  );
});

test('a gang that somebody switches meanwhile is not held against the outlet that is tested', async () => {
  await addBoard('alone', null);
  await switchOn('alone', 'sim login: ');
  await expect.poll(async () => (await read('right')).known).toBe('on');
  const tested = verdictOf('alone');
  await expect.poll(async () => (await read('alone')).known, { timeout: 5000 }).toBe('off');
  expect((await lab.rest('PUT', '/boards/left/power', { state: 'off', force: true })).status).toBe(200);
  await expect.poll(async () => (await read('right')).known).toBe('off');
  expect((await tested).verdict).toMatchObject({ outcome: 'real', others: [] });
});

test('a verdict outlives a restart, is forgotten when told, and goes with its outlet', async () => {
  await addBoard('kept', null);
  await switchOn('kept', 'sim login: ');
  const { verdict } = await verdictOf('kept');
  await lab.stop();
  lab = await HeadlessHost.start(join(dir, 'data'));
  expect((await read('kept')).verdict).toEqual(verdict);
  expect((await lab.rest('PATCH', '/boards/kept', { name: 'renamed' })).status).toBe(200);
  expect((await read('renamed')).verdict).toEqual(verdict);
  expect((await lab.rest('DELETE', '/boards/renamed/power/verdict')).status).toBe(204);
  expect((await read('renamed')).verdict).toBeNull();
  expect((await read('honest')).verdict).toMatchObject({ outcome: 'real' });
  await lab.rest('PATCH', '/boards/honest', { power: { kind: 'virtual', behaviour: 'mute' } });
  expect((await read('honest')).verdict).toBeNull();
});

test('a test that is cancelled while the board is off leaves it on, says so and keeps no verdict', async () => {
  await addBoard('cancelled', null);
  await switchOn('cancelled', 'sim login: ');
  const taskId = await startTest('cancelled', { offMs: 60_000 });
  await expect.poll(async () => (await read('cancelled')).known, { timeout: 5000 }).toBe('off');
  await lab.rest('POST', `/tasks/${taskId}/cancel`);
  await expect.poll(async () => (await task(taskId)).state, { timeout: 5000 }).toBe('cancelled');
  expect((await task(taskId)).log).toContain('power is on again');
  expect(await read('cancelled')).toMatchObject({ known: 'on', busy: false, verdict: null });
});

test('a board that was off is off again after its test', async () => {
  await addBoard('dark', null);
  await lab.rest('PUT', '/boards/dark/power', { state: 'off' });
  const reading = await verdictOf('dark');
  expect(reading).toMatchObject({ commanded: 'off', known: 'off', verdict: { outcome: 'real' } });
});

test('a silent board is told as such, not judged', async () => {
  await addBoard('silent', { behaviour: 'lies' });
  await switchOn('silent', 'autoboot');
  await lab.rest('POST', '/consoles/silent.main/input', { text: ' ' });
  await lab.waitForOutput('silent.main', '=> ');
  const { verdict } = await verdictOf('silent', { bootMs: 3000 });
  expect(verdict).toMatchObject({ outcome: 'unknown' });
});

test('somebody who has the board is asked first, also before a group is switched', async () => {
  await addBoard('taken', null);
  await switchOn('taken', 'sim login: ');
  const lease = await lab.rest('POST', '/consoles/taken.main/lease', { why: 'flashing' });
  const mine = { 'labdeck-lease': lease.body.leaseId };
  expect((await lab.rest('POST', '/boards/taken/power/test', {})).status).toBe(423);
  const group = await lab.rest('POST', '/power', { boardIds: ['taken', 'dark'], state: 'off' });
  expect(group.status).toBe(202);
  await expect.poll(async () => (await task(group.body.taskId)).state).toBe('failed');
  const ended = await task(group.body.taskId);
  expect(ended.problem?.message).toContain('taken');
  expect(ended.log).toContain('dark is switched off');
  expect(await read('taken')).toMatchObject({ known: 'on' });
  expect((await lab.rest('PUT', '/boards/taken/power', { state: 'off' }, mine)).status).toBe(200);
});

test('a power-on that takes a board along which somebody has is asked for, one nobody has is only named', async () => {
  await addBoard('north', { behaviour: 'honest', gang: 'yard' });
  await addBoard('south', { behaviour: 'honest', gang: 'yard' });
  const put = (body: Record<string, unknown>) => lab.rest('PUT', '/boards/north/power', body);
  for (const name of ['north', 'south'])
    expect((await lab.rest('PUT', `/boards/${name}/power`, { state: 'off', force: true })).status).toBe(200);
  const { leaseId } = (await lab.rest('POST', '/consoles/south.main/lease', { why: 'rewiring' })).body;
  expect((await put({ state: 'on' })).body).toMatchObject({ code: 'LEASED' });
  expect(await read('south')).toMatchObject({ known: 'off' });
  await lab.rest('DELETE', '/consoles/south.main/lease', undefined, { 'labdeck-lease': leaseId });
  expect((await put({ state: 'on' })).body).toMatchObject({
    known: 'on',
    outlet: { alsoPowers: ['south'] },
  });
  await expect.poll(() => read('south')).toMatchObject({ commanded: 'off', known: 'on' });
});

const uboot = '/usr/lib/u-boot/qemu_arm64/u-boot.bin';
const hasQemu = existsSync(uboot) && spawnSync('qemu-system-aarch64', ['--version']).status === 0;

describe.skipIf(!hasQemu)('a real U-Boot', () => {
  test("a QEMU board's outlet is real", { timeout: 90_000 }, async () => {
    await addBoard('emulated', null, 'qemu');
    await switchOn('emulated', 'U-Boot 20');
    expect((await verdictOf('emulated', { bootMs: 30_000 })).verdict).toMatchObject({ outcome: 'real' });
  });
});
