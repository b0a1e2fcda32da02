import { chmod, chown, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { checkAccess, currentIdentity, type Identity } from './portAccess.ts';

let dir: string;
let node: string;
let gid: number;

beforeEach(async () => {
  dir = await mkdtemp(path.join(tmpdir(), 'labdeck-access-'));
  node = path.join(dir, 'ttyACM0');
  await writeFile(node, '');
  await chmod(node, 0o660);
  // As root any group will do; an ordinary user can only give a file to a group of its own.
  gid = process.getuid?.() === 0 ? 4242 : (process.getgid?.() ?? 0);
  await chown(node, process.getuid?.() ?? 0, gid);
});
afterEach(() => rm(dir, { recursive: true, force: true }));

const denied = (given: Partial<Identity> = {}): Identity => ({
  user: 'robin',
  processGids: [],
  groups: `root:x:0:\nplugdev:x:${gid}:sam,alex\nlast:x:9999:`,
  mayUse: () => Promise.reject(Object.assign(new Error('no'), { code: 'EACCES' })),
  ...given,
});

test('who may use the node is told so', async () => {
  expect(await checkAccess(node, await currentIdentity())).toEqual({ ok: true });
});

test("a refusal names the node's own group and the exact command", async () => {
  expect(await checkAccess(node, denied())).toEqual({
    ok: false,
    reason: `robin may not open ${node}: it belongs to group plugdev`,
    hint: 'Run: sudo usermod -aG plugdev robin and log in again.',
  });
});

test('who joined the group after logging in is told to log in again, not to join again', async () => {
  const access = await checkAccess(node, denied({ user: 'alex' }));
  expect(access).toMatchObject({ ok: false, hint: expect.stringContaining('Log out and in again') });
  expect(access).not.toMatchObject({ hint: expect.stringContaining('usermod') });
});

test('a node that no group may use asks for a udev rule, not for a group', async () => {
  await chmod(node, 0o600);
  expect(await checkAccess(node, denied())).toMatchObject({
    ok: false,
    reason: expect.stringContaining('0600'),
    hint: expect.stringContaining('udev rule'),
  });
});

test('a group without a name is not invented', async () => {
  const access = await checkAccess(node, denied({ groups: 'root:x:0:' }));
  expect(access).toMatchObject({ ok: false, hint: expect.not.stringContaining('usermod') });
});

test('a node that is missing is no matter of rights', async () => {
  const access = await checkAccess(path.join(dir, 'ttyACM1'), await currentIdentity());
  expect(access).toMatchObject({ ok: false, reason: expect.stringContaining('is not there') });
});
