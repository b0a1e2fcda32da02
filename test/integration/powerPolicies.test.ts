import { mkdtempSync, rmSync } from 'node:fs';
import { readFile, writeFile } from 'node:fs/promises';
import { request } from 'node:http';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { silentLogger } from '../../main/base/logger.ts';
import type { LedState, PowerReading } from '../../main/contract/index.ts';
import { type Core, composeCore } from '../../main/hosts/composeCore.ts';
import { FakeCable } from '../fakes/fakeCable.ts';

// The whole core over REST, with a power cable on a pty and a board that boots.

const waiting = { timeout: 20_000, interval: 20 };
let folder: string;
let dataDir: string;
let cable: FakeCable;
let core: Core | null;

beforeEach(async () => {
  folder = mkdtempSync(path.join(tmpdir(), 'labdeck-policies-'));
  dataDir = path.join(folder, 'data');
  cable = await FakeCable.plugIn();
  await start();
});
afterEach(async () => {
  await core?.close();
  await cable.unplug();
  rmSync(folder, { recursive: true, force: true });
});

async function start(): Promise<void> {
  core = await composeCore({
    dataDir,
    host: 'headless',
    version: 'test',
    secretKey: null,
    resourcesDir: path.join(import.meta.dirname, '..', '..', 'resources'),
    logger: silentLogger,
  });
}

async function quit(): Promise<void> {
  await core?.close();
  core = null;
}

// biome-ignore lint/suspicious/noExplicitAny: what a test expects of the body is what it checks
function call(method: string, address: string, body?: unknown): Promise<{ status: number; body: any }> {
  return new Promise((resolve, reject) => {
    const headers = body === undefined ? {} : { 'content-type': 'application/json' };
    const sent = request(
      {
        socketPath: path.join(dataDir, 'labdeck.sock'),
        method,
        path: `/api/v1${address}`,
        headers,
        timeout: 20_000,
      },
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

async function done(method: string, address: string, body?: unknown) {
  const answer = await call(method, address, body);
  expect(answer, `${method} ${address}`).toMatchObject({ status: expect.any(Number) });
  expect(answer.status, JSON.stringify(answer.body)).toBeLessThan(300);
  return answer.body;
}

const addCabled = (fields: Record<string, unknown> = {}) =>
  done('POST', '/boards', {
    name: 'cabled',
    power: { kind: 'acm-cable', match: { by: 'device', value: cable.device } },
    ...fields,
  });

const power = async (board: string): Promise<PowerReading> =>
  (await call('GET', `/boards/${board}/power`)).body;

async function says(board: string, state: LedState | null): Promise<void> {
  await expect.poll(async () => (await power(board)).ledState, waiting).toBe(state);
}

test('finding a board blinks its cable, never moves its power, and gives the lights back', async () => {
  await addCabled();
  expect((await call('POST', '/boards/cabled/find', {})).body).toMatchObject({ code: 'CONFLICT' });
  expect(cable.received).toEqual([]);
  await done('PUT', '/boards/cabled/power', { state: 'on' });
  await done('PUT', '/boards/cabled/leds/2', { on: true });
  const before = cable.received.length;
  await done('POST', '/boards/cabled/find', { forMs: 60_000 });
  await says('cabled', 'this-one');
  // Lit and dark again, each as one byte.
  await expect.poll(() => cable.received.length - before, waiting).toBeGreaterThanOrEqual(3);
  await done('POST', '/boards/cabled/find', { forMs: 0 });
  await says('cabled', null);
  await expect.poll(() => cable.leds, waiting).toEqual([false, true, false]);
  expect(cable.power).toBe(true);
  // ASCII digits: bit 0 is power.
  const blinked = cable.received.slice(before);
  expect(blinked.every((byte) => byte.charCodeAt(0) % 2 === 1)).toBe(true);
  expect([...new Set(blinked)].sort()).toEqual(['1', '5', '?']);
});

test('a board says how its boot goes, what a rule shows lasts until the next boot, and marks are few', async () => {
  await done('PATCH', '/boards/virtual-1', {
    ledLanguage: { enabled: true },
    rules: [{ name: 'kernel', pattern: 'Linux version', action: { kind: 'show-state', state: 'recovery' } }],
  });
  await done('PUT', '/boards/virtual-1/power', { state: 'on' });
  await says('virtual-1', 'recovery');
  await done('PATCH', '/boards/virtual-1', { rules: [] });
  await done('POST', '/boards/virtual-1/power/cycle', {});
  await says('virtual-1', 'booting');
  await says('virtual-1', 'master-image');
  await expect.poll(async () => (await power('virtual-1')).leds, waiting).toEqual([true, false, false]);
  // One mark for each state, none for a blink.
  const { events } = await done('GET', '/consoles/virtual-1.main/times?from=0&to=1000000');
  const marks: string[] = events.flatMap((event: { kind: string; text: string }) =>
    event.kind === 'led' ? [/LEDs say ([a-z-]+)/.exec(event.text)?.[1] ?? event.text] : [],
  );
  expect(marks.filter((mark, index) => mark !== marks[index - 1])).toEqual(marks);
  expect(marks.slice(-2)).toEqual(['booting', 'master-image']);
  await done('PUT', '/boards/virtual-1/leds/state', { state: 'failed' });
  expect((await power('virtual-1')).leds).toEqual([false, false, true]);
  await done('PUT', '/boards/virtual-1/leds/state', { state: null });
  await says('virtual-1', 'master-image');
});

test('a held lease and idle-off stand in the reading', async () => {
  await done('PATCH', '/boards/virtual-1', { powerPolicy: { idleOffMinutes: 30 } });
  await done('PUT', '/boards/virtual-1/power', { state: 'on' });
  await expect.poll(async () => (await power('virtual-1')).idleOffAtMs, waiting).toBeGreaterThan(Date.now());
  await done('POST', '/consoles/virtual-1.main/lease', { why: 'a long test' });
  await expect.poll(async () => (await power('virtual-1')).idleOffAtMs, waiting).toBeNull();
  await done('PUT', '/boards/virtual-1/power', { state: 'off', takeOver: true });
  await done('PUT', '/boards/virtual-1/power', { state: 'on' });
  await expect.poll(async () => (await power('virtual-1')).idleOffAtMs, waiting).toBeGreaterThan(Date.now());
});

test('a board whose console is not there is held on, and is counted once it is', async () => {
  const device = path.join(folder, 'console');
  const consoles = (value: string) => [{ match: { by: 'device', value } }];
  await addCabled({ consoles: consoles(device), powerPolicy: { idleOffMinutes: 30 } });
  await done('PUT', '/boards/cabled/power', { state: 'on' });
  expect(await power('cabled')).toMatchObject({ idleOffAtMs: null, idleOffHeld: 'no console of it is open' });
  const line = await FakeCable.plugIn();
  try {
    await done('PATCH', '/boards/cabled', { consoles: consoles(line.device) });
    await expect.poll(async () => (await power('cabled')).idleOffAtMs, waiting).toBeGreaterThan(Date.now());
    expect((await power('cabled')).idleOffHeld).toBeNull();
    await done('PATCH', '/boards/cabled', { consoles: [] });
  } finally {
    await line.unplug();
  }
});

test('what went off as Labdeck quit comes back on after a reboot that restores', async () => {
  await addCabled({ powerPolicy: { afterReboot: 'restore', atQuit: 'off' } });
  await done('PUT', '/boards/cabled/power', { state: 'on' });
  await quit();
  await expect.poll(() => cable.power, waiting).toBe(false);
  const file = path.join(dataDir, 'machine-boot.json');
  const kept = JSON.parse(await readFile(file, 'utf8'));
  await writeFile(file, JSON.stringify({ ...kept, boot: { by: 'id', id: 'another boot' } }));
  await start();
  await expect.poll(() => cable.power, waiting).toBe(true);
});

test('power over time is reported with its source, over a restart', async () => {
  await done('PATCH', '/boards/virtual-1', { powerPolicy: { nameplateWatts: 8 } });
  await done('PUT', '/boards/virtual-1/power', { state: 'on' });
  const fromMs = Date.now() - 3_600_000;
  const report = () => done('GET', `/boards/virtual-1/energy?fromMs=${fromMs}&points=100`);
  await expect.poll(async () => (await report()).totals.onMs, waiting).toBeGreaterThan(200);
  await quit();
  await start();
  const { points, totals, stepMs } = await report();
  expect(points.length).toBeLessThanOrEqual(100);
  expect(points.length * stepMs).toBeGreaterThanOrEqual(Date.now() - 60_000 - fromMs);
  expect(totals.onMs).toBeGreaterThan(200);
  expect(totals.estimatedWh).toBeCloseTo((8 * totals.onMs) / 3_600_000, 6);
  expect(points[0]).toMatchObject({ watts: null, source: 'none' });
  expect((await call('GET', '/boards/virtual-1/energy?fromMs=9&toMs=3')).status).toBe(400);
  expect((await call('GET', '/boards/nobody/energy')).status).toBe(404);
});

test('at the end a board goes off where its policy says so, and is left on where not', async () => {
  await addCabled({ powerPolicy: { atQuit: 'leave' } });
  await done('PUT', '/boards/cabled/power', { state: 'on' });
  await quit();
  await expect.poll(() => cable.power, waiting).toBe(true);
  await start();
  await done('PATCH', '/boards/cabled', { powerPolicy: { atQuit: 'off' } });
  await quit();
  await expect.poll(() => cable.power, waiting).toBe(false);
  await start();
  expect(await power('cabled')).toMatchObject({ commanded: 'off', commandedBy: 'quit' });
});

test('after a reboot of the machine, and only then, a board gets what its policy says', async () => {
  await addCabled({ powerPolicy: { afterReboot: 'restore' } });
  await done('PUT', '/boards/cabled/power', { state: 'on' });
  await expect.poll(() => cable.power, waiting).toBe(true);
  await quit();
  const sent = cable.received.length;
  await start();
  await quit();
  expect(cable.received).toHaveLength(sent);
  const file = path.join(dataDir, 'machine-boot.json');
  const kept = JSON.parse(await readFile(file, 'utf8'));
  await writeFile(file, JSON.stringify({ ...kept, boot: { by: 'id', id: 'another boot' } }));
  await start();
  await expect.poll(async () => (await power('cabled')).commandedBy, waiting).toBe('reboot');
  // What left is on its way through the line for a moment.
  await expect.poll(() => cable.received, waiting).toHaveLength(sent + 1);
  expect(cable.power).toBe(true);
});
