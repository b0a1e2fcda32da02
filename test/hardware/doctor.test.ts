import { expect, test } from 'vitest';
import type { DoctorReport, Finding } from '../../main/contract/index.ts';
import { AcmDevice, type GuestCore, linuxNameOf, setUpBench, until } from './rig/index.ts';

const bench = setUpBench();

async function findings(core: GuestCore): Promise<Map<string, Finding>> {
  const report = await core.call<DoctorReport>('POST', '/doctor/run');
  return new Map(report.findings.map((finding) => [finding.findingId, finding]));
}

test('the doctor tells an ordinary user what to do, and its rules give the rights it promises', async () => {
  await bench.guest.plug(new AcmDevice(), 'desk.3');
  await until(
    () => bench.core.call<unknown[]>('GET', '/ports'),
    (ports) => ports.length === 1,
  );
  const disable = `/sys/bus/usb/devices/${linuxNameOf('desk')}:1.0/${linuxNameOf('desk')}-port3/disable`;
  const may = async () => (await bench.guest.run(['test', '-w', disable], { user: 'bench' })).exitCode === 0;
  expect(await may()).toBe(false);
  const core = await bench.guest.startCore({ user: 'bench' });
  const before = await findings(core);
  const access = [...before].find(([id]) => id.startsWith('port-access'))?.[1];
  expect(access).toMatchObject({ severity: expect.stringMatching(/error|warning/) });
  expect(access?.fix?.command).toContain('usermod -aG dialout bench');
  expect(before.get('udev-rules')).toMatchObject({ severity: 'warning', fix: { runnable: false } });
  await core.stop();

  // Root carries out what the doctor offers.
  const rules = (await findings(bench.core)).get('udev-rules');
  await bench.core.perform('POST', `/doctor/fixes/${rules?.fix?.fixId}`, { command: rules?.fix?.command });
  expect((await findings(bench.core)).get('udev-rules')).toMatchObject({ severity: 'ok' });
  await bench.guest.output(['usermod', '-aG', 'dialout', 'bench']);
  expect(await may()).toBe(true);
  await bench.guest.output(['sh', '-c', rules?.fix?.undo ?? 'false']);
});
