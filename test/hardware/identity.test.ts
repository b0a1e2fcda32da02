import { expect, test } from 'vitest';
import type { Port } from '../../main/contract/index.ts';
import { AcmDevice, byPathOf, setUpBench, socketIdOf, UsbHub, until } from './rig/index.ts';

const bench = setUpBench();
const ports = () => bench.core.call<Port[]>('GET', '/ports');
const count = (wanted: number) => until(ports, (list) => list.length === wanted);
const consoleIs = (state: string) =>
  until(
    () => bench.core.call<{ state: string }[]>('GET', '/boards/beagle/consoles'),
    ([console]) => console?.state === state,
  );

test('another device in the same socket is not taken for the one that was bound there', async () => {
  const mine = await bench.guest.plug(new AcmDevice({ product: 'Mine' }), 'desk.2');
  await count(1);
  await bench.core.call('POST', '/boards', {
    name: 'beagle',
    consoles: [{ match: { by: 'path', value: byPathOf('desk.2') } }],
  });
  await consoleIs('open');
  await bench.guest.unplug(mine);
  await count(0);

  const other = await bench.guest.plug(new AcmDevice({ product: 'Other', productId: 0x6019 }), 'desk.2');
  expect(await count(1)).toEqual([expect.objectContaining({ byPath: byPathOf('desk.2'), boundTo: null })]);
  await consoleIs('unplugged');
  expect(other.line.dtr).toBe(false);
  await bench.guest.unplug(other);
  await count(0);

  await bench.guest.plug(mine, 'desk.2');
  await consoleIs('open');
});

test('a board bound as suggested keeps its port in another socket', async () => {
  const device = await bench.guest.plug(new AcmDevice({ serialNumber: 'S-1' }), 'desk.2');
  const [port] = await count(1);
  expect(port).toMatchObject({
    socket: socketIdOf('desk.2'),
    suggestedMatch: { by: 'serial', value: 'S-1' },
  });
  await bench.core.call('POST', '/boards', { name: 'beagle', consoles: [{ match: port?.suggestedMatch }] });
  await consoleIs('open');
  await bench.guest.unplug(device);
  await count(0);
  await bench.guest.plug(device, 'cheap.5');
  await consoleIs('open');
  expect(await count(1)).toMatchObject([{ socket: socketIdOf('cheap.5'), boundTo: { boardId: 'beagle' } }]);
});

test('a hub that leaves with all its ports is a calm update', async () => {
  await bench.guest.plug(new UsbHub({ switchesPower: false }), 'desk.4');
  const devices = Array.from({ length: 6 }, (_, index) => new AcmDevice({ serialNumber: `S-${index}` }));
  for (const [index, device] of devices.entries()) await bench.guest.plug(device, `desk.4.${index + 1}`);
  await count(devices.length);
  const changes = await bench.core.events<{ ports: Port[] }>('/events/ports');
  await changes.until(({ ports }) => ports.length === devices.length);
  const before = changes.received.length;
  await bench.guest.output(['sh', '-c', 'echo 1 > /sys/bus/usb/devices/1-1:1.0/1-1-port4/disable']);
  await changes.until(({ ports }) => ports.length === 0, before);
  // Linux takes them away one after the other.
  expect(changes.received.length - before).toBeLessThan(devices.length);
  console.log(`${devices.length} ports went in ${changes.received.length - before} updates`);
});
