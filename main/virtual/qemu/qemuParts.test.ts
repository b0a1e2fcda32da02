import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { appendFile, chmod, mkdtemp, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { firmwareVariable, qemuAvailability } from './availability.ts';
import { ConsoleLog } from './consoleLog.ts';
import { qemuArgv } from './launch.ts';
import { identify, isRunning, killProcess } from './processIdentity.ts';
import { makePrivateFolder, socketPaths } from './socketPaths.ts';

let dir: string;
beforeEach(async () => {
  dir = await mkdtemp(join(tmpdir(), 'labdeck-qemu-'));
});
afterEach(() => rm(dir, { recursive: true, force: true }));

const text = (bytes: Uint8Array) => Buffer.from(bytes).toString();
const openLog = () => new ConsoleLog(join(dir, 'log'), join(dir, 'seen'));

test('a process is killed only if it is the one that was meant', async () => {
  const child = spawn('sleep', ['60'], { stdio: 'ignore' });
  try {
    const identity = await identify(child.pid ?? 0);
    if (!identity) throw new Error('sleep did not start');
    const recycled = { pid: identity.pid, startedAt: `${identity.startedAt}0` };
    expect(await killProcess(recycled)).toBe(true);
    expect(await isRunning(identity)).toBe(true);
    const exit = once(child, 'exit');
    expect(await killProcess(identity)).toBe(true);
    expect(await exit).toEqual([null, 'SIGKILL']);
    expect(await identify(identity.pid)).toBeNull();
  } finally {
    child.kill('SIGKILL');
  }
});

test('socket names always fit, differ by board and folder, and are found again', () => {
  const deep = `/home/${'deep/'.repeat(40)}`;
  const all = [socketPaths('/run/labdeck', '/data', 'a'), socketPaths(deep, '/data', 'a')];
  for (const paths of all) expect(Buffer.byteLength(paths.qmp)).toBeLessThanOrEqual(107);
  expect(all[0]?.folder).toBe('/run/labdeck');
  expect(socketPaths(deep, '/data', 'a')).toEqual(all[1]);
  expect(socketPaths('/run/labdeck', '/data', 'b').console).not.toBe(all[0]?.console);
  expect(socketPaths('/run/labdeck', '/other', 'a').console).not.toBe(all[0]?.console);
});

test('a socket folder others can write to is refused', async () => {
  const open = join(dir, 'open');
  await makePrivateFolder(open);
  expect((await stat(open)).mode & 0o777).toBe(0o700);
  await chmod(open, 0o777);
  await expect(makePrivateFolder(open)).rejects.toMatchObject({ code: 'PERMISSION_DENIED' });
});

test('a missing firmware is reported with what to install', async () => {
  const problem = await qemuAvailability({ ...process.env, [firmwareVariable]: join(dir, 'none.bin') });
  expect(problem?.code).toBe('MISSING_DEPENDENCY');
  expect(problem?.hint).toContain('qemu-system-arm u-boot-qemu');
});

test('a comma in a path does not become an option', () => {
  const argv = qemuArgv({
    key: 'one',
    tools: { qemu: 'qemu', firmware: '/fw', nice: null },
    paths: { folder: '/r', console: '/r,x/c', qmp: '/r/q' },
    logPath: '/d,server=off/log',
    errorPath: '/e',
  });
  expect(argv.join(' ')).toContain('path=/r,,x/c,server=on,wait=off,logfile=/d,,server=off/log,logappend=on');
});

test('what a killed core had not delivered is recovered, once', async () => {
  const before = openLog();
  await before.reset();
  await writeFile(before.path, 'seen and unseen');
  before.delivered('seen'.length);
  const after = openLog();
  expect(text(await after.missed())).toBe(' and unseen');
  after.delivered(' and unseen'.length);
  after.close();
  expect(text(await openLog().missed())).toBe('');
});

test('the log is emptied only when all of it was delivered', async () => {
  const log = openLog();
  await log.reset();
  await writeFile(log.path, 'hello');
  log.delivered(4);
  expect(await log.trim()).toBe(false);
  log.delivered(1);
  expect(await log.trim()).toBe(true);
  await appendFile(log.path, 'new');
  expect(text(await openLog().missed())).toBe('new');
});

test('a core killed between emptying the log and noting it recovers nothing twice', async () => {
  const log = openLog();
  await log.reset();
  log.delivered(1000);
  await writeFile(log.path, '');
  expect(text(await openLog().missed())).toBe('');
});
