import { expect, test } from 'vitest';
import type { PowerReading } from '../../main/contract/index.ts';
import { AcmDevice, Board, PowerCable, setUpBench, until } from './rig/index.ts';

const bench = setUpBench();
const power = () => bench.core.call<PowerReading>('GET', '/boards/beagle/power');

/** A board whose current comes through a cable: a real ttyACM. */
async function plugInBoard(): Promise<{ cable: PowerCable; board: Board }> {
  const cable = await bench.guest.plug(new PowerCable({ serialNumber: 'P1' }), 'desk.4');
  const adapter = await bench.guest.plug(new AcmDevice({ serialNumber: 'C1' }), 'desk.5');
  const board = new Board({ console: adapter.line, supply: cable });
  await until(
    () => bench.core.call<unknown[]>('GET', '/ports'),
    (ports) => ports.length === 2,
  );
  await bench.core.call('POST', '/boards', {
    name: 'beagle',
    consoles: [{ match: { by: 'id', value: 'usb-Bench_Serial_C1-if00' } }],
    power: { kind: 'acm-cable', match: { by: 'id', value: 'usb-Bench_Power_cable_P1-if00' } },
  });
  await adapter.line.until(({ dtr }) => dtr);
  return { cable, board };
}

test('a cable gets its digits, and the board behind it boots', async () => {
  const { cable, board } = await plugInBoard();
  await bench.core.call('PUT', '/boards/beagle/power', { state: 'on' });
  await cable.line.until(({ received }) => received === '1');
  await until(
    () => bench.core.recording('beagle.main'),
    (text) => text.includes('bench login: '),
  );
  expect(await power()).toMatchObject({
    commanded: 'on',
    known: 'on',
    evidence: { kind: expect.stringMatching(/^(console-spoke|boot-banner)$/) },
  });

  await bench.core.call('PUT', '/boards/beagle/leds/2', { on: true });
  await bench.core.call('PUT', '/boards/beagle/power', { state: 'off' });
  await bench.core.call('PUT', '/boards/beagle/leds/2', { on: false });
  await cable.line.until(({ received }) => received === '1540');
  expect({ isOn: board.isOn, boots: board.boots }).toEqual({ isOn: false, boots: 1 });
  board.dispose();
});

test('pulled in the middle of commands the cable is gone, and nothing is claimed', async () => {
  const { cable, board } = await plugInBoard();
  await bench.core.call('PUT', '/boards/beagle/power', { state: 'on' });
  const answers = Array.from({ length: 20 }, (_, index) =>
    bench.core.rest('PUT', '/boards/beagle/leds/1', { on: index % 2 === 0 }),
  );
  await bench.guest.unplug(cable);
  for (const { status, body } of await Promise.all(answers))
    expect(status === 200 || ['DEVICE_GONE', 'COMMAND_FAILED', 'CONFLICT'].includes(body.code)).toBe(true);
  await until(power, ({ evidence }) => evidence.kind === 'outlet-gone');
  expect((await bench.core.rest('PUT', '/boards/beagle/power', { state: 'off' })).body).toMatchObject({
    code: 'DEVICE_GONE',
  });
  expect(await power()).toMatchObject({ commanded: 'on', known: 'unknown' });
  expect(board.isOn).toBe(false);
});
