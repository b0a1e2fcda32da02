import { expect, test } from 'vitest';
import type { Port, UsbTree } from '../../main/contract/index.ts';
import {
  AcmDevice,
  byPathOf,
  type EventReader,
  FtdiAdapter,
  setUpBench,
  socketIdOf,
  UdevWatch,
  UsbHub,
  until,
} from './rig/index.ts';

const bench = setUpBench();
const hubs = ['desk.1', 'desk.2', 'desk.3', 'desk.4', 'cheap.1', 'cheap.2', 'cheap.3'];
const sockets = hubs
  .flatMap((hub) => Array.from({ length: 8 }, (_, index) => `${hub}.${index + 1}`))
  .slice(0, 50);
/** It takes an emulator half a minute, and on a busy machine some of them. */
const stormMs = 5 * 60_000;

type Changes = EventReader<{ ports: Port[] }>;

/** An adapter for each socket, of two makes, and what must be said of the port it is. */
const adapters = () =>
  sockets.map((socket, index) => {
    const serialNumber = `S-${index}`;
    const isFtdi = index % 5 === 0;
    return {
      socket,
      device: isFtdi ? new FtdiAdapter(serialNumber) : new AcmDevice({ serialNumber }),
      identity: {
        serialNumber,
        vendorId: isFtdi ? '0403' : '1d50',
        byId: isFtdi
          ? `usb-QEMU_QEMU_USB_SERIAL_${serialNumber}-if00-port0`
          : `usb-Bench_Serial_${serialNumber}-if00`,
        byPath: isFtdi ? `${byPathOf(socket)}-port0` : byPathOf(socket),
        socket: socketIdOf(socket),
      },
    };
  });

type Identity = ReturnType<typeof adapters>[number]['identity'];

/** The ports by what identifies them, in the order of their sockets. */
const identities = (ports: readonly Identity[] | readonly Port[]) =>
  ports
    .map(({ serialNumber, vendorId, byId, byPath, socket }) => ({
      serialNumber,
      vendorId,
      byId,
      byPath,
      socket,
    }))
    .sort((a, b) => `${a.socket}`.localeCompare(`${b.socket}`));

/** What serves udev or asks it, and what the core runs. */
async function programs(): Promise<string[]> {
  const table = await bench.guest.output(['busybox', 'ps', '-o', 'pid,ppid,comm,args']);
  const rows = table.split('\n').map((line) => line.trim().split(/\s+/));
  return rows
    .filter(([, parent, name = '']) => parent === `${bench.core.pid}` || name.includes('udev'))
    .map((row) => row.join(' '));
}

/** The bench with its hubs, a board that wants one of the fifty, and a client that listens. */
async function setUpStorm(board: Identity): Promise<{ changes: Changes; watch: UdevWatch }> {
  const bare = (await bench.core.call<UsbTree>('GET', '/usb')).hubs.length;
  for (const socket of hubs) await bench.guest.plug(new UsbHub({ switchesPower: false }), socket);
  await until(
    () => bench.core.call<UsbTree>('GET', '/usb'),
    (tree) => tree.hubs.length === bare + hubs.length,
  );
  await bench.core.call('POST', '/boards', {
    name: 'beagle',
    consoles: [{ match: { by: 'id', value: board.byId } }],
  });
  const changes = await bench.core.events<{ ports: Port[] }>('/events/ports');
  await changes.until(() => true);
  return { changes, watch: await UdevWatch.start(bench.guest) };
}

test('fifty adapters that come and go at once are a few calm updates, and none is missed', {
  timeout: 3 * stormMs,
}, async () => {
  const all = adapters();
  const mine = all[17];
  const { changes, watch } = await setUpStorm(mine?.identity as Identity);
  // The hubs themselves made the core look around.
  const before = await until(programs, (now) => !now.some((row) => /worker|udevadm info/.test(row)));
  /** Waits for the last of a storm; resolves with what clients were told meanwhile, which must be calm. */
  const calmly = async (what: string, act: () => Promise<unknown>, fits: (ports: Port[]) => boolean) => {
    const from = changes.received.length;
    const startMs = performance.now();
    await act();
    await changes.until(({ ports }) => fits(ports), from, stormMs);
    const updates = changes.received.length - from;
    const seconds = ((performance.now() - startMs) / 1000).toFixed(1);
    const bursts = await watch.bursts();
    console.log(
      `${all.length} adapters ${what} in ${updates} updates, ${bursts} bursts of events, ${seconds} s`,
    );
    expect(updates).toBeLessThanOrEqual(bursts);
    expect(updates).toBeLessThan(all.length / 2);
    await until(programs, (now) => now.join() === before.join());
  };

  await calmly(
    'came',
    () => Promise.all(all.map(({ device, socket }) => bench.guest.plug(device, socket))),
    (ports) =>
      ports.length === all.length && ports.every(({ byId, byPath }) => byId !== null && byPath !== null),
  );
  const ports = await bench.core.call<Port[]>('GET', '/ports');
  expect(identities(ports)).toEqual(identities(all.map(({ identity }) => identity)));
  expect(new Set(ports.map(({ device }) => device)).size).toBe(all.length);
  const opened = all.filter(({ device }) => device instanceof AcmDevice && device.line.dtr);
  expect(opened).toEqual([mine]);

  await calmly(
    'went',
    () => Promise.all(all.map(({ device }) => bench.guest.unplug(device))),
    (ports) => ports.length === 0,
  );
  expect(await bench.core.call('GET', '/boards/beagle/consoles')).toMatchObject([{ state: 'unplugged' }]);
  await watch.stop();
});
