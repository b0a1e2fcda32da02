import { expect, test } from 'vitest';
import type { PowerReading } from '../../main/contract/index.ts';
import {
  AcmDevice,
  alwaysOn,
  Board,
  PowerCable,
  type Supply,
  setUpBench,
  socketIdOf,
  socketSupply,
  until,
} from './rig/index.ts';

const bench = setUpBench();
const consoles = [{ match: { by: 'id', value: 'usb-Bench_Serial_C1-if00' } }];

/** A board that talks on an adapter of its own, which the machine powers. */
async function plugInBoard(supply: Supply, power: unknown): Promise<Board> {
  const adapter = await bench.guest.plug(new AcmDevice({ serialNumber: 'C1' }), 'machine.3');
  const board = new Board({ console: adapter.line, supply, talksEveryMs: 500 });
  await bench.core.call('POST', '/boards', { name: 'beagle', consoles, power });
  await adapter.line.until(({ dtr }) => dtr);
  return board;
}

const power = () => bench.core.call<PowerReading>('GET', '/boards/beagle/power');

/** Switches off, watches, switches on, watches. */
async function verdict(): Promise<PowerReading['verdict']> {
  await bench.core.perform('POST', '/boards/beagle/power/test', { offMs: 4000, bootMs: 20_000 });
  return (await power()).verdict;
}

const hubPort = { kind: 'usb-hub-port', socket: socketIdOf('desk.3') };

test('a socket that cuts the power is real', async () => {
  await bench.guest.plug(new AcmDevice({ serialNumber: 'OTG' }), 'desk.3');
  const board = await plugInBoard(socketSupply(bench.guest.power, 'desk.3'), hubPort);
  expect(await verdict()).toMatchObject({ outcome: 'real' });
  expect(board.boots).toBe(2);
  // From now on what the hub says of the socket is believed.
  await bench.core.call('PUT', '/boards/beagle/power', { state: 'off' });
  await until(power, ({ known }) => known === 'off');
  expect(board.isOn).toBe(false);
  board.dispose();
});

test('a hub that lies is caught: the device leaves, the board behind it keeps its time', async () => {
  await bench.guest.plug(new AcmDevice({ serialNumber: 'OTG' }), 'desk.3');
  const board = await plugInBoard(alwaysOn, hubPort);
  expect(await verdict()).toMatchObject({ outcome: 'lies' });
  expect(board.boots).toBe(1);
  board.dispose();
});

test('a power cable that switches its board is real', async () => {
  const cable = await bench.guest.plug(new PowerCable({ serialNumber: 'P1' }), 'machine.4');
  await until(
    () => bench.core.call<unknown[]>('GET', '/ports'),
    (ports) => ports.length === 1,
  );
  const match = { by: 'id', value: 'usb-Bench_Power_cable_P1-if00' };
  const board = await plugInBoard(cable, { kind: 'acm-cable', match });
  await bench.core.call('PUT', '/boards/beagle/power', { state: 'on' });
  await cable.line.until(({ received }) => received === '1');
  expect(await verdict()).toMatchObject({ outcome: 'real' });
  expect(cable.line.received).toBe('101');
  board.dispose();
});
