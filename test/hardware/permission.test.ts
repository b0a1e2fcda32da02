import { expect, test } from 'vitest';
import type { Port } from '../../main/contract/index.ts';
import { AcmDevice, type GuestCore, PowerCable, setUpBench, until } from './rig/index.ts';

const bench = setUpBench();

/** A second Labdeck, of an ordinary user who is in no group that may open ports. */
async function coreOfBench(): Promise<GuestCore> {
  return bench.guest.startCore({ user: 'bench' });
}

test('a user without rights is told the group that the port really belongs to', async () => {
  await bench.guest.plug(new PowerCable({ serialNumber: 'P1' }), 'desk.4');
  await bench.guest.plug(new AcmDevice({ serialNumber: 'C1' }), 'desk.5');
  const core = await coreOfBench();
  const ports = await until(
    () => core.call<Port[]>('GET', '/ports'),
    (list) => list.length === 2,
  );
  for (const { access, device } of ports)
    expect(access).toMatchObject({
      ok: false,
      reason: `bench may not open ${device}: it belongs to group dialout`,
      hint: expect.stringContaining('usermod -aG dialout bench'),
    });

  await core.call('POST', '/boards', {
    name: 'beagle',
    consoles: [{ match: { by: 'id', value: 'usb-Bench_Serial_C1-if00' } }],
    power: { kind: 'acm-cable', match: { by: 'id', value: 'usb-Bench_Power_cable_P1-if00' } },
  });
  expect((await core.rest('PUT', '/boards/beagle/power', { state: 'on' })).body).toMatchObject({
    code: 'PERMISSION_DENIED',
  });
  await until(
    () => core.call<{ state: string }[]>('GET', '/boards/beagle/consoles'),
    ([console]) => console?.state === 'denied',
  );

  // Another group than the usual one is named as well.
  await bench.guest.output(['sh', '-c', 'chgrp plugdev /dev/ttyACM*']);
  expect((await core.rest('PUT', '/boards/beagle/power', { state: 'on' })).body).toMatchObject({
    code: 'PERMISSION_DENIED',
    message: expect.stringContaining('plugdev'),
  });
  await core.stop();
});
