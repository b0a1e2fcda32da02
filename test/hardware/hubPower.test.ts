import { expect, test } from 'vitest';
import type { PowerReading } from '../../main/contract/index.ts';
import { AcmDevice, Board, setUpBench, socketIdOf, socketSupply, UsbHub, until } from './rig/index.ts';

const bench = setUpBench();
const power = () => bench.core.call<PowerReading>('GET', '/boards/beagle/power');
const portsAre = (count: number) =>
  until(
    () => bench.core.call<unknown[]>('GET', '/ports'),
    (ports) => ports.length === count,
  );

/** A board that has its current, and its console, through one USB socket. */
async function plugInBoard(socket: string, method: string): Promise<{ board: Board; device: AcmDevice }> {
  const device = await bench.guest.plug(new AcmDevice({ product: 'Beagle', serialNumber: 'B1' }), socket);
  const board = new Board({ console: device.line, supply: socketSupply(bench.guest.power, socket) });
  await portsAre(1);
  await bench.core.call('POST', '/boards', {
    name: 'beagle',
    consoles: [{ match: { by: 'id', value: 'usb-Bench_Beagle_B1-if00' } }],
    power: { kind: 'usb-hub-port', socket: socketIdOf(socket), method },
  });
  await device.line.until(({ dtr }) => dtr);
  return { board, device };
}

test.each(['disable', 'uhubctl'])(
  'a board vanishes with its socket and boots when it is back: %s',
  async (method) => {
    const { board, device } = await plugInBoard('desk.3', method);
    expect(board.boots).toBe(1);
    await bench.core.call('PUT', '/boards/beagle/power', { state: 'off' });
    await portsAre(0);
    expect(board.isOn).toBe(false);
    // The hub says off and the device left; whether the power went nobody has proven yet.
    expect(await until(power, ({ evidence }) => evidence.kind === 'device-gone')).toMatchObject({
      commanded: 'off',
      known: 'unknown',
      verdict: null,
    });

    await bench.core.call('PUT', '/boards/beagle/power', { state: 'on' });
    await portsAre(1);
    await device.line.until(({ dtr }) => dtr);
    expect(board.boots).toBe(2);
    await until(power, ({ known }) => known === 'on');
    board.dispose();
  },
);

test('a socket of a hub behind another hub is switched alone', async () => {
  await bench.guest.plug(new UsbHub({ switchesPower: true, serialNumber: 'NESTED' }), 'desk.4');
  const neighbour = await bench.guest.plug(new AcmDevice({ serialNumber: 'N1' }), 'desk.4.1');
  await portsAre(1);
  const device = await bench.guest.plug(new AcmDevice({ product: 'Beagle', serialNumber: 'B1' }), 'desk.4.2');
  const board = new Board({ console: device.line, supply: socketSupply(bench.guest.power, 'desk.4.2') });
  await portsAre(2);
  await bench.core.call('POST', '/boards', {
    name: 'beagle',
    power: { kind: 'usb-hub-port', socket: socketIdOf('desk.4.2') },
  });
  await bench.core.call('PUT', '/boards/beagle/power', { state: 'off' });
  const [left] = await portsAre(1);
  expect(left).toMatchObject({ serialNumber: 'N1' });
  expect(board.isOn).toBe(false);
  neighbour.line.print('still here');
  board.dispose();
});

test('a hub that cannot switch says so, and nothing is switched', async () => {
  const { board } = await plugInBoard('cheap.3', 'auto');
  expect((await bench.core.rest('PUT', '/boards/beagle/power', { state: 'off' })).body).toMatchObject({
    code: 'UNSUPPORTED',
  });
  await bench.core.call('PATCH', '/boards/beagle', {
    power: { kind: 'usb-hub-port', socket: socketIdOf('cheap.3'), method: 'disable' },
  });
  expect((await bench.core.rest('PUT', '/boards/beagle/power', { state: 'off' })).body).toMatchObject({
    code: 'COMMAND_FAILED',
  });
  expect(board.isOn).toBe(true);
  await portsAre(1);
  board.dispose();
});
