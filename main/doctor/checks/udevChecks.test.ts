import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { FakeMachine, type FakeMachineState } from '../../../test/fakes/fakeMachine.ts';
import { commandText } from '../fixes/fix.ts';
import { installRulesFix } from '../fixes/rulesFile.ts';
import { serialDriversCheck } from './serialDrivers.ts';
import { udevRulesCheck } from './udevRules.ts';
import { udevRunningCheck } from './udevRunning.ts';

const signal = new AbortController().signal;
const source = { resourcesDir: '/opt/labdeck/resources', runDir: '/data/run' };
const shipped = { '/opt/labdeck/resources/udev/60-labdeck.rules': 'ours\n', '/run/udev/control': '' };
const info = 'udevadm info -q property -n /dev/ttyACM0';

function rules(files: FakeMachineState['files'], given: Partial<FakeMachineState> = {}) {
  const machine = new FakeMachine({ ...given, files: { ...shipped, ...files } });
  return udevRulesCheck(machine, source, () => ['/dev/ttyACM0']).look(signal);
}

test('rules that are missing are one command away, and the command undoes', async () => {
  const [found] = await rules({});
  expect(found).toMatchObject({ severity: 'warning', title: 'Labdeck’s udev rules are not installed' });
  const who = { uid: 1000, user: 'robin' };
  expect(commandText(found?.fix?.commands ?? [], who)).toMatch(
    /^sudo install -D -b -S \.before -m 0644 \/opt\/labdeck\/resources\/udev\/60-labdeck\.rules \/etc\/udev\/rules\.d\/60-labdeck\.rules && sudo udevadm control --reload && sudo udevadm trigger /,
  );
  expect(commandText(found?.fix?.undo ?? [], who)).toBe(
    'sudo rm /etc/udev/rules.d/60-labdeck.rules && sudo udevadm control --reload',
  );
});

test('root, who may do everything anyway, is only told', async () => {
  expect(await rules({}, { uid: 0, user: 'root' })).toMatchObject([{ severity: 'info' }]);
});

test('rules from a package are as good, and those in /etc hide them', async () => {
  const answers = { [info]: 'CURRENT_TAGS=:uaccess:seat:\n' };
  const packaged = '/usr/lib/udev/rules.d/60-labdeck.rules';
  expect(await rules({ [packaged]: 'ours\n' }, { answers })).toMatchObject([
    { severity: 'ok', what: expect.stringContaining(packaged) },
  ]);
  expect(
    await rules({ [packaged]: 'ours\n', '/etc/udev/rules.d/60-labdeck.rules': 'older\n' }, { answers }),
  ).toMatchObject([{ severity: 'warning', fix: { title: 'Install Labdeck’s udev rules' } }]);
});

test('an empty file is a wish, not a fault', async () => {
  expect(await rules({ '/etc/udev/rules.d/60-labdeck.rules': '' })).toMatchObject([
    { severity: 'info', title: 'Labdeck’s udev rules are switched off' },
  ]);
});

test('ports that were there before the rules are told, with a reload as the fix', async () => {
  const [found] = await rules(
    { '/etc/udev/rules.d/60-labdeck.rules': 'ours\n' },
    { answers: { [info]: 'TAGS=:systemd:\n' } },
  );
  expect(found).toMatchObject({ severity: 'warning', fix: { title: 'Have udev apply the rules now' } });
});

test('a Labdeck without its rules says so instead of offering nothing', async () => {
  const machine = new FakeMachine({ files: { '/run/udev/control': '' } });
  await expect(udevRulesCheck(machine, source, () => []).look(signal)).rejects.toThrow('is missing');
});

test('where no udev runs rules are no matter, and udev is the finding', async () => {
  const machine = new FakeMachine();
  expect(await udevRulesCheck(machine, source, () => []).look(signal)).toEqual([]);
  expect(await udevRunningCheck(machine).look(signal)).toMatchObject([{ severity: 'warning', fix: null }]);
  machine.state.files['/run/systemd/system'] = '';
  expect(await udevRunningCheck(machine).look(signal)).toMatchObject([{ fix: { title: 'Start udev' } }]);
  machine.state.processes = ['systemd-udevd'];
  expect(await udevRunningCheck(machine).look(signal)).toMatchObject([{ severity: 'ok' }]);
});

test('root gets a copy of rules that an AppImage carries, since it may not read them there', async () => {
  const dir = await mkdtemp(join(tmpdir(), 'labdeck-rules-'));
  try {
    const resourcesDir = join(dir, 'mounted', 'resources');
    await mkdir(join(resourcesDir, 'udev'), { recursive: true });
    await writeFile(join(resourcesDir, 'udev', '60-labdeck.rules'), 'ours\n');
    const machine = new FakeMachine({ env: { APPDIR: join(dir, 'mounted') } });
    const fix = await installRulesFix(machine, { resourcesDir, runDir: join(dir, 'data', 'run') });
    const copy = join(dir, 'data', 'run', '60-labdeck.rules');
    expect(fix?.commands[0]?.argv).toContain(copy);
    expect(await readFile(copy, 'utf8')).toBe('ours\n');
  } finally {
    await rm(dir, { recursive: true, force: true });
  }
});

const release = { '/proc/sys/kernel/osrelease': '6.8.0-41-generic\n' };
const drivers = (files: FakeMachineState['files'], given: Partial<FakeMachineState> = {}) =>
  serialDriversCheck(new FakeMachine({ ...given, files: { ...release, ...files } })).look(signal);
const dep = '/lib/modules/6.8.0-41-generic/modules.dep';
const builtin = '/lib/modules/6.8.0-41-generic/modules.builtin';
const all = ['class/cdc-acm', 'serial/ftdi_sio', 'serial/cp210x', 'serial/ch341', 'serial/pl2303']
  .map((name) => `kernel/drivers/usb/${name}.ko.zst: kernel/drivers/usb/serial/usbserial.ko.zst`)
  .join('\n');

test('drivers count as modules and as built in', async () => {
  expect(await drivers({ [dep]: all })).toMatchObject([{ severity: 'ok' }]);
  expect(
    await drivers({
      [dep]: all.split('\n').slice(1).join('\n'),
      [builtin]: 'kernel/drivers/usb/class/cdc-acm.ko\n',
    }),
  ).toMatchObject([{ severity: 'ok' }]);
});

test('a kernel without them is told; Ubuntu has a package of them', async () => {
  expect(await drivers({ [dep]: 'kernel/fs/ext4.ko:\n' })).toMatchObject([
    { severity: 'warning', fix: null },
  ]);
  const ubuntu = { '/etc/os-release': 'NAME="Ubuntu"\nID=ubuntu\n' };
  const [found] = await drivers({ [dep]: '', ...ubuntu }, { programs: ['apt-get'] });
  expect(found?.fix?.commands[0]?.argv.at(-1)).toBe('linux-modules-extra-6.8.0-41-generic');
});

test('a kernel whose modules were replaced by an update asks for a restart', async () => {
  expect(await drivers({ '/lib/modules/6.9.1/modules.dep': all })).toMatchObject([
    { severity: 'warning', what: expect.stringContaining('Restart the computer') },
  ]);
});

test('a container, which sees no modules, does not know', async () => {
  expect(await drivers({})).toMatchObject([{ severity: 'unknown' }]);
  expect(await drivers({ '/sys/module/cdc_acm': '' })).toMatchObject([{ severity: 'ok' }]);
});
