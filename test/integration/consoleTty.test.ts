import { execFileSync, spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { HeadlessHost } from '../fakes/headlessHost.ts';
import { type FakeTty, openFakeTty } from '../fakes/ptyPair.ts';

const waiting = { timeout: 8_000, interval: 50 };
let dir: string;
let lab: HeadlessHost;
beforeAll(async () => {
  dir = mkdtempSync(join(tmpdir(), 'labdeck-tty-'));
  lab = await HeadlessHost.start(join(dir, 'data'));
});
afterAll(async () => {
  await lab?.stop();
  rmSync(dir, { recursive: true, force: true });
});

/** A board whose console is a real tty (a pty), bound by a stable path. */
async function plugInBoard(name: string): Promise<{ device: string; tty: FakeTty; consoleId: string }> {
  const device = join(dir, `${name}-tty`);
  const tty = await openFakeTty(device);
  const answer = await lab.rest('POST', '/boards', {
    name,
    consoles: [{ match: { by: 'device', value: device } }],
  });
  expect(answer.status).toBe(201);
  await consoleState(name, 'open');
  return { device, tty, consoleId: `${name}.main` };
}

async function consoleState(name: string, state: string): Promise<void> {
  await vi.waitFor(
    async () => expect((await lab.rest('GET', `/boards/${name}/consoles`)).body[0]).toMatchObject({ state }),
    waiting,
  );
}

test('every byte of a real tty is recorded as it came, whatever byte it is', async () => {
  const { tty, consoleId } = await plugInBoard('bytes');
  const printed = randomBytes(3_000_000);
  tty.print(printed);
  await vi.waitFor(async () => expect((await lab.recording(consoleId)).length).toBe(printed.length), waiting);
  expect(Buffer.from(await lab.recording(consoleId), 'latin1').equals(printed)).toBe(true);
  await tty.close();
});

test('what is typed arrives byte for byte', async () => {
  const { tty, consoleId } = await plugInBoard('typing');
  const typed = randomBytes(20_000);
  let arrived = Buffer.alloc(0);
  tty.onData((bytes) => {
    arrived = Buffer.concat([arrived, bytes]);
  });
  await lab.rest('POST', `/consoles/${consoleId}/input`, { base64: typed.toString('base64') });
  await vi.waitFor(() => expect(arrived.equals(typed)).toBe(true), waiting);
  await tty.close();
});

test('an unplugged console says so, refuses typing, and comes back by its identity', async () => {
  const { device, tty, consoleId } = await plugInBoard('hotplug');
  tty.print('before\n');
  await lab.waitForOutput(consoleId, 'before\n');
  await tty.close();
  await consoleState('hotplug', 'unplugged');
  expect((await lab.rest('POST', `/consoles/${consoleId}/input`, { text: 'lost?' })).body).toMatchObject({
    code: 'DEVICE_GONE',
  });
  const again = await openFakeTty(device);
  let arrived = '';
  again.onData((bytes) => {
    arrived += bytes.toString();
  });
  await consoleState('hotplug', 'open');
  again.print('after\n');
  expect(await lab.waitForOutput(consoleId, 'after\n')).toBe('before\nafter\n');
  expect(arrived).toBe('');
  await again.close();
});

test('a port in use by another program names it, by pid and command', async () => {
  const device = join(dir, 'held-tty');
  const tty = await openFakeTty(device);
  const holder = spawn('cat', [device], { stdio: 'ignore' });
  await once(holder, 'spawn');
  await new Promise((resolve) => setTimeout(resolve, 200));
  await lab.rest('POST', '/boards', { name: 'held', consoles: [{ match: { by: 'device', value: device } }] });
  await consoleState('held', 'busy');
  const [info] = (await lab.rest('GET', '/boards/held/consoles')).body;
  expect(info.reason).toMatch(new RegExp(`in use by cat .*\\(pid ${holder.pid}\\)`));
  expect((await lab.rest('POST', '/consoles/held.main/input', { text: 'x' })).body).toMatchObject({
    code: 'DEVICE_BUSY',
  });
  holder.kill();
  await once(holder, 'exit');
  await consoleState('held', 'open');
  await tty.close();
});

test('a rename keeps the recording, and a new board of an old name starts a new one', async () => {
  const { tty, consoleId } = await plugInBoard('first-name');
  tty.print('history\n');
  await lab.waitForOutput(consoleId, 'history\n');
  expect((await lab.rest('PATCH', '/boards/first-name', { name: 'second-name' })).status).toBe(200);
  await consoleState('second-name', 'open');
  expect(await lab.recording('second-name.main')).toBe('history\n');
  tty.print('goes on\n');
  expect(await lab.waitForOutput('second-name.main', 'goes on\n')).toBe('history\ngoes on\n');
  await lab.rest('DELETE', '/boards/second-name');
  await tty.close();
  const fresh = await plugInBoard('first-name');
  expect(await lab.recording(fresh.consoleId)).toBe('');
  await fresh.tty.close();
});

// Making a small disk takes root; the CI has it, a developer's desk may not.
test.skipIf(process.getuid?.() !== 0)(
  'a full disk pauses the recording visibly, the console goes on, and the recording goes on with it',
  async () => {
    const data = join(dir, 'small');
    const recordings = join(data, 'recordings');
    mkdirSync(recordings, { recursive: true });
    execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=256k', 'tmpfs', recordings]);
    const small = await HeadlessHost.start(data);
    try {
      const device = join(dir, 'full-tty');
      const tty = await openFakeTty(device);
      await small.rest('POST', '/boards', {
        name: 'chatty',
        consoles: [{ match: { by: 'device', value: device } }],
      });
      const info = async () => (await small.rest('GET', '/boards/chatty/consoles')).body[0];
      await vi.waitFor(async () => expect((await info()).state).toBe('open'), waiting);
      const printed = randomBytes(600_000);
      tty.print(printed);
      await vi.waitFor(async () => expect((await info()).recording.state).toBe('paused'), waiting);
      expect((await small.rest('GET', '/health')).body).toMatchObject({ status: 'degraded' });
      tty.print('still alive');
      await vi.waitFor(async () => {
        const { base64 } = (await small.rest('GET', '/consoles/chatty.main/snapshot?maxBytes=100')).body;
        expect(Buffer.from(base64, 'base64').toString('latin1')).toContain('still alive');
      }, waiting);
      execFileSync('mount', ['-o', 'remount,size=16m', recordings]);
      await vi.waitFor(async () => expect((await info()).recording.state).toBe('recording'), waiting);
      expect((await small.rest('GET', '/health')).body).toMatchObject({ status: 'ok' });
      await small.stop();
      const board = readdirSync(recordings).find((name) => name.startsWith('chatty')) ?? '';
      const raw = readFileSync(join(recordings, board, 'main', '000000000000000.raw'));
      expect(raw.equals(Buffer.concat([printed, Buffer.from('still alive')]))).toBe(true);
      await tty.close();
    } finally {
      await small.stop();
      execFileSync('umount', [recordings]);
    }
  },
);
