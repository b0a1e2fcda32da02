import { expect, test } from 'vitest';
import { FakeMachine } from '../../../test/fakes/fakeMachine.ts';
import type { AccessVerdict } from '../../ports/index.ts';
import { commandText } from '../fixes/fix.ts';
import { modemManagerCheck } from './modemManager.ts';
import { portAccessCheck } from './portAccess.ts';
import { portHoldersCheck } from './portHolders.ts';

const signal = new AbortController().signal;
const group = (name: string, joined = false): AccessVerdict => ({ kind: 'group', group: name, joined });

function access(verdicts: Record<string, AccessVerdict>, machine = new FakeMachine()) {
  const devices = Object.keys(verdicts);
  return portAccessCheck(
    machine,
    () => devices,
    async (device) => verdicts[device] ?? { kind: 'ok' },
  ).look(signal);
}

test("ports that want one group are one finding, with the node's own group in the command", async () => {
  const [found, ...others] = await access({
    '/dev/ttyACM0': group('uucp'),
    '/dev/ttyACM1': group('uucp'),
    '/dev/ttyUSB0': { kind: 'ok' },
  });
  expect(others).toEqual([]);
  expect(found).toMatchObject({
    about: 'group-uucp',
    severity: 'error',
    title: '2 ports may not be opened',
    what: '/dev/ttyACM0 and /dev/ttyACM1 belong to group uucp, and robin is not in it.',
    fix: { afterwards: expect.stringContaining('Log out') },
  });
  expect(commandText(found?.fix?.commands ?? [], { uid: 1000, user: 'robin' })).toBe(
    'sudo usermod -aG uucp robin',
  );
  expect(commandText(found?.fix?.undo ?? [], { uid: 1000, user: 'robin' })).toBe(
    'sudo gpasswd -d robin uucp',
  );
});

test('who has joined since is told to log in again, not to join again', async () => {
  const [found] = await access({ '/dev/ttyACM0': group('dialout', true) });
  expect(found).toMatchObject({
    severity: 'error',
    what: expect.stringContaining('log out and in'),
    fix: null,
  });
});

test('a name that is no plain one ends up in no command', async () => {
  for (const user of ['-u 0', 'a b', 'a\nb', ''])
    expect(
      (await access({ '/dev/ttyACM0': group('dialout') }, new FakeMachine({ user })))[0]?.fix,
    ).toBeNull();
  expect((await access({ '/dev/ttyACM0': group('$(reboot)') }))[0]?.fix?.commands[0]?.argv).toEqual([
    'usermod',
    '-aG',
    '$(reboot)',
    'robin',
  ]);
  const machine = new FakeMachine();
  const fix = (await access({ '/dev/ttyACM0': group('$(reboot)') }))[0]?.fix;
  expect(commandText(fix?.commands ?? [], machine.who)).toBe("sudo usermod -aG '$(reboot)' robin");
});

test('nodes no group may use, nodes that are missing and other trouble are told apart', async () => {
  const found = await access({
    '/dev/ttyACM0': { kind: 'no-group', mode: '0600' },
    '/dev/ttyACM1': { kind: 'missing' },
    '/dev/ttyACM2': { kind: 'other', message: 'input/output error' },
    '/dev/ttyACM3': { kind: 'other', message: 'no such device or address' },
  });
  expect(found.map(({ about, severity }) => [about, severity])).toEqual([
    ['no-group-0600', 'error'],
    ['missing', 'warning'],
    ['other-/dev/ttyACM2', 'error'],
    ['other-/dev/ttyACM3', 'error'],
  ]);
});

test('a bench whose ports may all be opened, and one without ports, are in order', async () => {
  expect(await access({ '/dev/ttyACM0': { kind: 'ok' } })).toMatchObject([{ severity: 'ok' }]);
  expect(await access({})).toMatchObject([{ severity: 'ok', title: 'No serial port is plugged in' }]);
});

test('a program on a bound port is a warning, on any other port good to know, and Labdeck itself is neither', async () => {
  const look = (bound: string | null, pid: number) =>
    portHoldersCheck({
      devices: () => ['/dev/ttyUSB0'],
      holders: async () => [{ pid, command: 'picocom /dev/ttyUSB0' }],
      boundTo: () => bound,
      ourPids: async () => [77],
    }).look(signal);
  expect(await look('rpi4 (console main)', 5)).toMatchObject([
    {
      about: '/dev/ttyUSB0',
      severity: 'warning',
      what: expect.stringContaining('picocom /dev/ttyUSB0 (pid 5)'),
    },
  ]);
  expect(await look(null, 5)).toMatchObject([{ severity: 'info' }]);
  expect(await look(null, 77)).toMatchObject([{ severity: 'ok' }]);
});

const rules = { resourcesDir: '/opt/labdeck/resources', runDir: '/data/run' };
const shipped = '/opt/labdeck/resources/udev/60-labdeck.rules';
const info = 'udevadm info -q property -n /dev/ttyACM0';
const modem = (machine: FakeMachine, devices = ['/dev/ttyACM0', '/dev/ttyUSB0']) =>
  modemManagerCheck(machine, rules, () => devices).look(signal);

test('ModemManager that would probe a port is warned of, with our rules as the fix', async () => {
  const machine = new FakeMachine({
    processes: ['ModemManager'],
    files: { [shipped]: 'rules' },
    answers: { [info]: 'DEVNAME=/dev/ttyACM0\nID_MM_CANDIDATE=1\n' },
  });
  expect(await modem(machine)).toMatchObject([
    {
      severity: 'warning',
      title: 'ModemManager may type at /dev/ttyACM0',
      fix: { title: 'Install Labdeck’s udev rules' },
    },
  ]);
});

test('where our rules are there and do not cover a port, stopping ModemManager is the fix', async () => {
  const machine = new FakeMachine({
    processes: ['ModemManager'],
    files: { [shipped]: 'rules', '/usr/lib/udev/rules.d/60-labdeck.rules': 'rules' },
    answers: { [info]: 'ID_MM_PORT_IGNORE=0\n' },
  });
  const [found] = await modem(machine);
  expect(commandText(found?.fix?.commands ?? [], machine.who)).toBe(
    'sudo systemctl disable --now ModemManager.service',
  );
});

test('ports ModemManager is told to ignore are in order, by either property', async () => {
  for (const property of ['ID_MM_PORT_IGNORE=1', 'ID_MM_DEVICE_IGNORE=1'])
    expect(
      await modem(
        new FakeMachine({ processes: ['ModemManager'], answers: { [info]: `A=B\n${property}\n` } }),
      ),
    ).toMatchObject([{ severity: 'ok' }]);
});

test('ModemManager is found by the service manager where processes are hidden, and is away otherwise', async () => {
  const show = 'systemctl show --property=ActiveState ModemManager.service';
  expect(await modem(new FakeMachine({ answers: { [show]: 'ActiveState=active\n' } }), [])).toMatchObject([
    { title: 'ModemManager has nothing to probe' },
  ]);
  for (const answer of ['ActiveState=inactive\n', 'nonsense \x1b', ''])
    expect(await modem(new FakeMachine({ answers: { [show]: answer } }))).toMatchObject([
      { severity: 'ok', title: 'ModemManager does not run' },
    ]);
});
