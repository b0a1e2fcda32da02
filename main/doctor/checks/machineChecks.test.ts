import { createServer } from 'node:net';
import { expect, test } from 'vitest';
import { FakeMachine, type FakeMachineState } from '../../../test/fakes/fakeMachine.ts';
import { LabError } from '../../contract/labError.ts';
import { commandText } from '../fixes/fix.ts';
import { whoListens } from '../whoListens.ts';
import { clockCheck } from './clock.ts';
import { dataDiskCheck, engineDiskCheck } from './diskSpace.ts';
import { inotifyCheck } from './inotifyLimits.ts';
import { apiPortCheck, instancePortsCheck, parseListening } from './networkPorts.ts';

const signal = new AbortController().signal;
const gib = 2 ** 30;

test('room in the data folder is judged by what is left, also before the folder is made', async () => {
  const look = (free: number | null) =>
    dataDiskCheck(new FakeMachine({ freeBytes: { '/home/robin': free } }), '/home/robin/.local/labdeck').look(
      signal,
    );
  expect(await look(50 * gib)).toMatchObject([{ severity: 'ok' }]);
  expect(await look(4 * gib)).toMatchObject([{ severity: 'warning' }]);
  expect(await look(gib - 1)).toMatchObject([
    { severity: 'error', what: expect.stringContaining('1.1 GB free') },
  ]);
  await expect(look(null)).rejects.toThrow('nobody can tell');
});

test('storage of the engine on the same disk is not told twice', async () => {
  const machine = new FakeMachine({ freeBytes: { '/data': 9 * gib, '/srv': 0 }, disks: { '/srv': 2 } });
  const look = (folder: string | null) => engineDiskCheck(machine, '/data', async () => folder).look(signal);
  expect(await look(null)).toEqual([]);
  expect(await look('/data/containers')).toEqual([]);
  expect(await look('/srv/containers')).toMatchObject([{ severity: 'error' }]);
});

const show = 'timedatectl show';
const rules = '/opt/labdeck/60-labdeck.rules';
const clock = (given: Partial<FakeMachineState>) => clockCheck(new FakeMachine(given), rules).look(signal);

test('a clock that nothing sets is warned of, and one command sets it', async () => {
  const [found] = await clock({ answers: { [show]: 'CanNTP=yes\nNTP=no\nNTPSynchronized=no\n' } });
  expect(found).toMatchObject({ severity: 'warning', title: 'Nothing sets the clock' });
  expect(commandText(found?.fix?.commands ?? [], { uid: 0, user: 'root' })).toBe('timedatectl set-ntp true');
});

test('a synchronised clock is in order, one on its way to it no fault', async () => {
  expect(await clock({ answers: { [show]: 'NTP=yes\nNTPSynchronized=yes\n' } })).toMatchObject([
    { severity: 'ok' },
  ]);
  expect(await clock({ answers: { [show]: 'NTP=yes\nNTPSynchronized=no\n' } })).toMatchObject([
    { severity: 'info' },
  ]);
  expect(
    await clock({ processes: ['chronyd'], answers: { [show]: 'CanNTP=no\nNTP=no\nNTPSynchronized=no\n' } }),
  ).toMatchObject([{ severity: 'info', what: expect.stringContaining('chronyd') }]);
});

test('a service that systemd manages and has switched off is no reason to be content', async () => {
  const answers = { [show]: 'CanNTP=yes\nNTP=no\nNTPSynchronized=no\n' };
  expect(await clock({ processes: ['systemd-timesyn'], answers })).toMatchObject([{ severity: 'warning' }]);
  expect(await clock({ processes: ['openntpd'], answers })).toMatchObject([{ severity: 'info' }]);
});

test('without systemd a time service that runs is enough, and nothing at all is not known', async () => {
  expect(await clock({ processes: ['ntpd'] })).toMatchObject([{ severity: 'ok' }]);
  for (const answer of ['', '\x00\xff', new LabError('COMMAND_FAILED', 'no bus')])
    expect(await clock({ answers: { [show]: answer } })).toMatchObject([{ severity: 'unknown' }]);
});

test('a clock that is years off is an error whatever the time service says', async () => {
  const answers = { [show]: 'NTP=yes\nNTPSynchronized=yes\n' };
  for (const nowMs of [0, Date.UTC(2019, 5, 1), Date.UTC(2150, 0, 1)])
    expect(await clock({ answers, nowMs })).toMatchObject([{ severity: 'error', fix: expect.anything() }]);
  const files = { [rules]: '' };
  const changedAtMs = { [rules]: Date.UTC(2026, 11, 24) };
  expect(await clock({ answers, files, changedAtMs })).toMatchObject([{ severity: 'error' }]);
});

const row = (port: number, state: string) =>
  `   0: 0100007F:${port.toString(16).toUpperCase().padStart(4, '0')} 00000000:0000 ${state} 00000000:00000000 00:00000000 00000000     0        0 123 1\n`;

test('only sockets that listen take a port', () => {
  const header = '  sl  local_address rem_address   st tx_queue\n';
  expect([...parseListening(`${header}${row(8100, '0A')}${row(8101, '01')}nonsense\n`)]).toEqual([8100]);
  expect(parseListening('').size).toBe(0);
});

test('instances without a free port are an error, with few a warning', async () => {
  const look = (taken: number) => {
    const rows = Array.from({ length: taken }, (_, i) => row(8100 + i, '0A')).join('');
    const machine = new FakeMachine({ files: { '/proc/net/tcp': rows } });
    return instancePortsCheck(machine, { firstPort: 8100, count: 20 }).look(signal);
  };
  expect(await look(0)).toMatchObject([{ severity: 'ok' }]);
  expect(await look(15)).toMatchObject([{ severity: 'warning' }]);
  expect(await look(20)).toMatchObject([{ severity: 'error' }]);
  await expect(
    instancePortsCheck(new FakeMachine(), { firstPort: 8100, count: 20 }).look(signal),
  ).rejects.toThrow('/proc/net');
});

test('a port that is taken names who has it, and Labdeck itself is no fault', async () => {
  const machine = new FakeMachine({ files: { '/proc/net/tcp': row(9000, '0A') } });
  const look = (port: number, ours: number[] = []) =>
    apiPortCheck(machine, port, {
      whoListens: async () => ({ pid: 12, command: 'nginx' }),
      ourPids: async () => ours,
    }).look(signal);
  expect(await look(9000)).toMatchObject([
    { severity: 'error', what: expect.stringContaining('nginx (pid 12)') },
  ]);
  expect(await look(9000, [12])).toMatchObject([{ severity: 'ok' }]);
  expect(await look(9001)).toMatchObject([{ severity: 'ok' }]);
});

test('who listens is found by the socket, on IPv4 and IPv6', async () => {
  for (const host of ['127.0.0.1', '::1']) {
    const server = createServer();
    try {
      await new Promise<void>((resolve, reject) => {
        server.once('error', reject);
        server.listen(0, host, resolve);
      });
    } catch {
      // No IPv6 here.
      continue;
    }
    const address = server.address();
    const port = typeof address === 'object' && address !== null ? address.port : 0;
    expect((await whoListens(port))?.pid).toBe(process.pid);
    await new Promise((resolve) => server.close(resolve));
    expect(await whoListens(port)).toBeNull();
  }
});

test('low limits of watched files are told, with what was there before as the way back', async () => {
  const look = (instances: string, watches: string) =>
    inotifyCheck(
      new FakeMachine({
        files: {
          '/proc/sys/fs/inotify/max_user_instances': instances,
          '/proc/sys/fs/inotify/max_user_watches': watches,
        },
      }),
    ).look(signal);
  expect(await look('128\n', '65536\n')).toMatchObject([{ severity: 'ok' }]);
  const [found] = await look('16\n', '65536\n');
  expect(found).toMatchObject({ severity: 'info' });
  const who = { uid: 0, user: 'root' };
  expect(commandText(found?.fix?.commands ?? [], who)).toBe('sysctl -w fs.inotify.max_user_instances=512');
  expect(commandText(found?.fix?.undo ?? [], who)).toBe('sysctl -w fs.inotify.max_user_instances=16');
  await expect(look('many', '1')).rejects.toThrow('does not tell');
});
