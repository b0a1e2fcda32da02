import { expect, test } from 'vitest';
import type { Port } from '../../main/contract/index.ts';
import { AcmDevice, byPathOf, FtdiAdapter, setUpBench, until } from './rig/index.ts';

const bench = setUpBench();
const ports = () => bench.core.call<Port[]>('GET', '/ports');
const count = (wanted: number) => until(ports, (list) => list.length === wanted);

test('a port is there with its stable names once its device is plugged in, and gone when it is pulled', async () => {
  const device = await bench.guest.plug(
    new AcmDevice({ manufacturer: 'Acme', product: 'Probe', serialNumber: 'A-17' }),
    'desk.3',
  );
  expect(await count(1)).toEqual([
    expect.objectContaining({
      device: '/dev/ttyACM0',
      vendorId: '1d50',
      productId: '6018',
      serialNumber: 'A-17',
      byId: 'usb-Acme_Probe_A-17-if00',
      byPath: byPathOf('desk.3'),
      ambiguousId: false,
      access: { ok: true },
    }),
  ]);
  await bench.guest.unplug(device);
  await count(0);
});

test('a client hears of each port by itself', async () => {
  const changes = await bench.core.events<{ ports: Port[] }>('/events/ports');
  const device = await bench.guest.plug(new AcmDevice(), 'machine.3');
  await changes.until(({ ports }) => ports.length === 1);
  await bench.guest.unplug(device);
  await changes.until(({ ports }) => ports.length === 0, changes.received.length);
  changes.close();
});

test('two adapters with one serial number are told apart by path, and a board finds its own', async () => {
  const [left, right] = [new FtdiAdapter('CLONE'), new FtdiAdapter('CLONE')];
  await bench.guest.plug(left, 'desk.1');
  await bench.guest.plug(right, 'desk.2');
  const list = await count(2);
  expect(list.map(({ ambiguousId, serialNumber }) => ({ ambiguousId, serialNumber }))).toEqual(
    Array(2).fill({ ambiguousId: true, serialNumber: 'CLONE' }),
  );
  const path = (socket: string) => `${byPathOf(socket)}-port0`;
  expect(list.map(({ byPath }) => byPath).sort()).toEqual([path('desk.1'), path('desk.2')]);

  await bench.core.call('POST', '/boards', {
    name: 'right',
    consoles: [{ match: { by: 'path', value: path('desk.2') } }],
  });
  await until(
    () => bench.core.rest('POST', '/consoles/right.main/input', { text: 'hello' }),
    ({ status }) => status === 200,
  );
  await right.line.until(({ received }) => received === 'hello');
  expect(left.line.received).toBe('');
});

test('each line of a device with two is a port of its own', async () => {
  await bench.guest.plug(new AcmDevice({ serialNumber: 'DUAL' }, 2), 'desk.5');
  const list = await count(2);
  expect(list.map(({ byId }) => byId).sort()).toEqual([
    'usb-Bench_Serial_DUAL-if00',
    'usb-Bench_Serial_DUAL-if02',
  ]);
  expect(list.map(({ byPath }) => byPath).sort()).toEqual([byPathOf('desk.5'), byPathOf('desk.5', 2)]);
});
