import { expect, test } from 'vitest';
import { FakeMachine, type FakeMachineState } from '../../../test/fakes/fakeMachine.ts';
import type { EngineState, UsbHub } from '../../contract/index.ts';
import { LabError } from '../../contract/labError.ts';
import type { AccessVerdict } from '../../ports/index.ts';
import { commandText, type Fix } from '../fixes/fix.ts';
import { containerEngineCheck } from './containerEngine.ts';
import { hubSwitchingCheck, uhubctlCheck } from './hubSwitching.ts';
import { lrzszCheck, qemuCheck } from './programs.ts';
import { freeRange, parseIdRanges, subordinateIdsCheck } from './subordinateIds.ts';

const signal = new AbortController().signal;
const robin = { uid: 1000, user: 'robin' };
const typed = (fix: Fix | null | undefined) => (fix ? commandText(fix.commands, robin) : null);

test('a missing program is installed by the package manager that is there, by its name for it', async () => {
  const look = async (...programs: string[]) => {
    const [found] = await lrzszCheck(new FakeMachine({ programs })).look(signal);
    return { severity: found?.severity, command: typed(found?.fix), what: found?.what };
  };
  expect(await look('sz')).toMatchObject({ severity: 'ok' });
  expect(await look('lsz')).toMatchObject({ severity: 'ok' });
  expect(await look('apt-get')).toMatchObject({
    severity: 'info',
    command: 'sudo apt-get install --yes lrzsz',
  });
  expect((await look('dnf')).command).toBe('sudo dnf install --assumeyes lrzsz');
  expect((await look('pacman')).command).toBe('sudo pacman -S --needed --noconfirm lrzsz');
  expect((await look('zypper')).command).toBe('sudo zypper --non-interactive install lrzsz');
  expect(await look()).toMatchObject({ command: null, what: expect.stringContaining('no package') });
});

test('what virtual boards find themselves is told, with the packages where they are known', async () => {
  const problem = new LabError('MISSING_DEPENDENCY', 'qemu is not installed.', { hint: 'Install it.' });
  const look = (programs: string[], unavailable: LabError | null) =>
    qemuCheck(new FakeMachine({ programs }), async () => unavailable).look(signal);
  expect(await look([], null)).toMatchObject([{ severity: 'ok' }]);
  const [found] = await look(['apt-get'], problem);
  expect(found).toMatchObject({ severity: 'info', what: 'qemu is not installed. Install it.' });
  expect(typed(found?.fix)).toBe('sudo apt-get install --yes qemu-system-arm u-boot-qemu');
  expect((await look(['pacman'], problem))[0]?.fix).toBeNull();
});

const unavailable: EngineState = {
  state: 'unavailable',
  problems: [
    { engine: 'podman', code: 'MISSING_DEPENDENCY', message: 'podman is not installed', hint: 'Install it' },
  ],
};
const engine = (given: Partial<FakeMachineState>, state: EngineState = unavailable) =>
  containerEngineCheck(new FakeMachine(given), async () => state).look(signal);

test('without an engine podman is proposed; it is no fault on a bench without instances', async () => {
  const [found] = await engine({ programs: ['apt-get'] });
  expect(found).toMatchObject({ severity: 'info', title: 'No container engine is installed' });
  expect(typed(found?.fix)).toBe('sudo apt-get install --yes podman uidmap slirp4netns');
});

test('what podman lacks is found by looking, not in its messages', async () => {
  expect(typed((await engine({ programs: ['apt-get', 'podman'] }))[0]?.fix)).toBe(
    'sudo apt-get install --yes uidmap',
  );
  expect(typed((await engine({ programs: ['apt-get', 'podman', 'newuidmap'] }))[0]?.fix)).toBe(
    'sudo apt-get install --yes slirp4netns',
  );
  const [other] = await engine({ programs: ['apt-get', 'podman', 'newuidmap', 'pasta'] });
  expect(other).toMatchObject({
    severity: 'warning',
    fix: null,
    what: 'podman: podman is not installed. Install it.',
  });
});

test('docker that stands still is started', async () => {
  const given = { programs: ['docker'], files: { '/run/systemd/system': '' } };
  expect(typed((await engine(given))[0]?.fix)).toBe('sudo systemctl enable --now docker.service');
});

test('an engine that is ready tells what is done differently here', async () => {
  const ready: EngineState = {
    state: 'ready',
    engine: {
      kind: 'podman',
      version: '5.4.2',
      rootless: true,
      runtime: 'crun',
      cgroups: 'v2',
      canLimitMemory: true,
      networkMode: 'pasta',
      workarounds: [{ what: 'Each image is a whole copy', why: 'vfs' }],
    },
  };
  expect(await engine({}, ready)).toMatchObject([
    { severity: 'ok', what: expect.stringContaining('Each image is a whole copy') },
  ]);
});

const ids = (given: Partial<FakeMachineState>) =>
  subordinateIdsCheck(new FakeMachine({ programs: ['podman'], ...given })).look(signal);
const both = (text: string) => ({ '/etc/subuid': text, '/etc/subgid': text });

test('a user without ranges gets the first free ones, in both files', async () => {
  const [found] = await ids({ files: both('alex:100000:65536\n# a note\nnonsense\nsam:x:y\n') });
  expect(found).toMatchObject({ severity: 'warning' });
  expect(typed(found?.fix)).toBe(
    'sudo usermod --add-subuids 165536-231071 --add-subgids 165536-231071 robin && podman system migrate',
  );
});

test('ranges by name and by number count, together', async () => {
  expect(await ids({ files: both('robin:100000:65536\n') })).toMatchObject([{ severity: 'ok' }]);
  expect(await ids({ files: both('1000:100000:32768\nrobin:200000:32768\n') })).toMatchObject([
    { severity: 'ok' },
  ]);
  expect(await ids({ files: { '/etc/subuid': 'robin:100000:65536\n' } })).toMatchObject([
    { severity: 'warning', what: expect.stringContaining('0 in /etc/subgid') },
  ]);
});

test('root, machines without podman and directory services are left alone', async () => {
  expect(await ids({ uid: 0, user: 'root' })).toMatchObject([{ severity: 'ok' }]);
  expect(await ids({ programs: [] })).toEqual([]);
  expect(await ids({ files: { '/etc/nsswitch.conf': 'passwd: files\nsubid: sss\n' } })).toMatchObject([
    { severity: 'unknown' },
  ]);
  expect((await ids({ user: '-u' }))[0]?.fix).toBeNull();
});

test('a free range never overlaps one that is given', () => {
  expect(freeRange([])).toEqual({ first: 100_000, last: 165_535 });
  expect(freeRange(parseIdRanges('a:524288:65536\nb:100000:1\n'))).toEqual({ first: 624_288, last: 689_823 });
});

const rules = { resourcesDir: '/r', runDir: '/d' };
const shipped = { '/r/udev/60-labdeck.rules': 'ours' };
const installed = { ...shipped, '/etc/udev/rules.d/60-labdeck.rules': 'ours' };

function hub(given: Partial<UsbHub>): UsbHub {
  return {
    hubId: 'pci-0000:00:14.0-usb-0:1',
    name: 'desk hub',
    label: 'desk hub',
    root: false,
    vendorId: '0409',
    productId: '55aa',
    serialNumber: null,
    switching: 'per-port',
    method: 'disable',
    switchingProblem: null,
    indicators: false,
    sockets: [],
    ...given,
  };
}

const disable = '/sys/bus/usb/devices/1-1:1.0/1-1-port2/disable';

function switching(
  given: Partial<FakeMachineState>,
  hubs: UsbHub[],
  verdict: AccessVerdict = { kind: 'ok' },
) {
  const examine = async () => verdict;
  return hubSwitchingCheck(new FakeMachine(given), { rules, hubs: async () => hubs, examine }).look(signal);
}

test('a hub that could switch and may not is warned of: rules, then their group, then uhubctl', async () => {
  const stuck = hub({ method: null, switchingProblem: 'it may not be written' });
  const udev = { '/run/udev/control': '' };
  expect(await switching({ files: { ...shipped, ...udev } }, [stuck])).toMatchObject([
    {
      about: stuck.hubId,
      severity: 'warning',
      title: 'desk hub cannot be switched',
      what: 'it may not be written.',
      fix: { title: 'Install Labdeck’s udev rules' },
    },
  ]);
  const dialout: AccessVerdict = { kind: 'group', group: 'dialout', joined: false };
  expect(await switching({ files: { ...installed, [disable]: '' } }, [stuck], dialout)).toMatchObject([
    { fix: { title: 'Join the group dialout' } },
  ]);
  expect(await switching({ files: installed, programs: ['apt-get'] }, [stuck])).toMatchObject([
    { fix: { title: 'Install uhubctl' } },
  ]);
  expect(await switching({ files: installed, programs: ['apt-get', 'uhubctl'] }, [stuck])).toMatchObject([
    { fix: null },
  ]);
});

test('hubs nobody may ask are one note, those that cannot switch none', async () => {
  const silent = hub({ switching: 'unknown', method: null, switchingProblem: 'no right', label: 'hub A' });
  expect(await switching({}, [silent, { ...silent, label: 'hub B' }])).toMatchObject([
    { severity: 'info', what: 'hub A (no right) and hub B (no right).' },
  ]);
  expect(await switching({}, [hub({}), hub({ switching: 'none', method: null })])).toMatchObject([
    { severity: 'ok', what: 'desk hub.' },
  ]);
  expect(await switching({}, [])).toMatchObject([
    { severity: 'ok', title: 'No USB hub here switches power' },
  ]);
});

test('uhubctl is needed where the kernel cannot switch hubs itself', async () => {
  const look = (release: string) =>
    uhubctlCheck(new FakeMachine({ files: { '/proc/sys/kernel/osrelease': release } })).look(signal);
  expect((await look('5.15.0-1\n'))[0]?.what).toContain('cannot switch hub ports');
  expect((await look('6.1.0\n'))[0]?.what).toContain('switches hub ports by itself');
});
