import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { FakeMachine } from '../../test/fakes/fakeMachine.ts';
import type { ExecResult } from '../base/exec.ts';
import { LabError } from '../contract/labError.ts';
import { applyFix } from './applyFix.ts';
import { asRoot, asUser, makeFix } from './fixes/fix.ts';
import type { Argv } from './machine.ts';
import { findPrivilege, type Privilege } from './privilege.ts';

const signal = new AbortController().signal;
const who = { uid: 1000, user: 'robin' };
const pkexec: Privilege = { kind: 'pkexec', prefix: ['/usr/bin/pkexec', '--disable-internal-agent'] };
const mixed = makeFix('Mend it', [
  asRoot('install', "it's", '/etc/x'),
  asRoot('udevadm', 'control', '--reload'),
  asUser('podman', 'system', 'migrate'),
]);

async function apply(
  privilege: Privilege,
  answer: (argv: Argv) => ExecResult = () => ({ stdout: '', stderr: '' }),
) {
  const ran: Argv[] = [];
  const log: string[] = [];
  if (!mixed) throw new Error('the fix can be shown');
  await applyFix(mixed, {
    who,
    privilege,
    env: {},
    signal,
    log: (text) => log.push(text),
    execute: async (argv) => {
      ran.push(argv);
      return answer(argv);
    },
  });
  return { ran, log };
}

test("root's commands that follow each other take one password, and the user's run as the user", async () => {
  const { ran } = await apply(pkexec);
  expect(ran).toEqual([
    [
      '/usr/bin/pkexec',
      '--disable-internal-agent',
      '/bin/sh',
      '-c',
      "install 'it'\\''s' /etc/x && udevadm control --reload",
    ],
    ['podman', 'system', 'migrate'],
  ]);
});

test('as root each command runs by itself, without a shell', async () => {
  expect((await apply({ kind: 'root' })).ran).toEqual([
    ['install', "it's", '/etc/x'],
    ['udevadm', 'control', '--reload'],
    ['podman', 'system', 'migrate'],
  ]);
});

test('one command alone needs no shell', async () => {
  const fix = makeFix('Join', [asRoot('usermod', '-aG', 'dialout', '$(reboot)')]);
  const ran: Argv[] = [];
  if (fix)
    await applyFix(fix, {
      who,
      privilege: pkexec,
      env: {},
      signal,
      log: () => {},
      execute: async (argv) => {
        ran.push(argv);
        return { stdout: '', stderr: '' };
      },
    });
  expect(ran).toEqual([
    ['/usr/bin/pkexec', '--disable-internal-agent', 'usermod', '-aG', 'dialout', '$(reboot)'],
  ]);
});

test('whatever a word holds, the shell between two commands hands it on as it is', async () => {
  const dir = await mkdtemp(join(tmpdir(), 'labdeck-fix-'));
  try {
    const names = ['$(touch reboot)', '`touch reboot`', "it's; touch reboot", '&& touch reboot', '"'];
    const fix = makeFix(
      'Make files',
      names.map((name) => asRoot('touch', join(dir, name))),
    );
    if (!fix) throw new Error('the fix can be shown');
    const privilege: Privilege = { kind: 'sudo', prefix: ['env', '-C', dir] };
    await applyFix(fix, { who, privilege, env: process.env, signal, log: () => {} });
    expect((await readdir(dir)).sort()).toEqual([...names].sort());
  } finally {
    await rm(dir, { recursive: true, force: true });
  }
});

test('what the commands say is in the log, each after what was typed', async () => {
  const { log } = await apply({ kind: 'root' }, ([program]) => ({
    stdout: `${program} did it\n`,
    stderr: '',
  }));
  expect(log).toEqual([
    "$ sudo install 'it'\\''s' /etc/x && sudo udevadm control --reload",
    'install did it\n',
    'udevadm did it\n',
    '$ podman system migrate',
    'podman did it\n',
  ]);
});

test('a question that was dismissed is told as that, and nothing goes on behind it', async () => {
  const refuse = (exitCode: number) => () => {
    throw new LabError('COMMAND_FAILED', 'pkexec failed', {
      details: { exitCode, stderr: 'Request dismissed' },
    });
  };
  await expect(apply(pkexec, refuse(126))).rejects.toMatchObject({
    code: 'PERMISSION_DENIED',
    message: expect.stringContaining('were not given'),
  });
  await expect(apply(pkexec, refuse(127))).rejects.toMatchObject({ code: 'PERMISSION_DENIED' });
});

test('a command that fails ends it, with its last words', async () => {
  const ran: string[] = [];
  const failing = ([program]: Argv) => {
    ran.push(program);
    if (program === 'udevadm')
      throw new LabError('COMMAND_FAILED', 'udevadm failed (1)', {
        details: { exitCode: 1, stderr: 'first\nno udev here\n' },
      });
    return { stdout: '', stderr: '' };
  };
  await expect(apply({ kind: 'root' }, failing)).rejects.toMatchObject({
    code: 'COMMAND_FAILED',
    message: 'udevadm failed (1): no udev here',
  });
  expect(ran).toEqual(['install', 'udevadm']);
});

test('without a way to become root nothing runs', async () => {
  await expect(apply({ kind: 'none', whyNot: 'No desktop' })).rejects.toMatchObject({ code: 'UNSUPPORTED' });
});

test('the way to become root is the one that works here, found without asking anybody', async () => {
  const find = (given: ConstructorParameters<typeof FakeMachine>[0]) =>
    findPrivilege(new FakeMachine(given), signal);
  expect(await find({ uid: 0 })).toEqual({ kind: 'root' });
  expect(await find({ programs: ['pkexec'], env: { WAYLAND_DISPLAY: 'wayland-0' } })).toMatchObject({
    kind: 'pkexec',
  });
  expect(await find({ programs: ['sudo'], answers: { '/usr/bin/sudo -n true': '' } })).toMatchObject({
    kind: 'sudo',
    prefix: ['/usr/bin/sudo', '-n'],
  });
  const asks = new LabError('COMMAND_FAILED', 'a password is required');
  expect(
    await find({ programs: ['sudo', 'pkexec'], answers: { '/usr/bin/sudo -n true': asks } }),
  ).toMatchObject({
    kind: 'none',
    whyNot: expect.stringContaining('no desktop'),
  });
  expect(
    await find({
      programs: ['pkexec'],
      env: { DISPLAY: ':0' },
      files: { '/proc/self/status': 'Name:\tnode\nNoNewPrivs:\t1\n' },
    }),
  ).toMatchObject({ kind: 'none', whyNot: expect.stringContaining('cannot gain rights') });
});
