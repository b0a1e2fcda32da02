import { expect, test } from 'vitest';
import { AcmDevice, alwaysOn, Board, setUpBench, until } from './rig/index.ts';

const bench = setUpBench();
const identity = { manufacturer: 'Acme', product: 'Board', serialNumber: 'B1' };
const consoles = [{ match: { by: 'id', value: 'usb-Acme_Board_B1-if00' }, baudRate: 1_500_000 }];

const consoleIs = (state: string) =>
  until(
    () => bench.core.call<{ state: string }[]>('GET', '/boards/beagle/consoles'),
    ([console]) => console?.state === state,
  );
const printed = (text: string) =>
  until(
    () => bench.core.recording('beagle.main'),
    (recording) => recording.includes(text),
  );

test('what a board prints is recorded and what is typed reaches it, across a pull of its cable', async () => {
  const adapter = await bench.guest.plug(new AcmDevice(identity), 'desk.2');
  const board = new Board({ console: adapter.line, supply: alwaysOn });
  await bench.core.call('POST', '/boards', { name: 'beagle', consoles });
  await consoleIs('open');
  expect(adapter.line.baudRate).toBe(1_500_000);
  await bench.core.call('POST', '/consoles/beagle.main/input', { text: 'uptime\r' });
  await printed('uptime ');

  await bench.guest.unplug(adapter);
  await consoleIs('unplugged');
  expect(
    (await bench.core.rest('POST', '/consoles/beagle.main/input', { text: 'lost?' })).body,
  ).toMatchObject({
    code: 'DEVICE_GONE',
  });
  const before = (await bench.core.recording('beagle.main')).length;

  await bench.guest.plug(adapter, 'desk.2');
  await consoleIs('open');
  await bench.core.call('POST', '/consoles/beagle.main/input', { text: 'uptime\r' });
  const after = await until(
    () => bench.core.recording('beagle.main', before),
    (text) => text.includes('uptime '),
  );
  expect(after).not.toContain('lost?');
  expect(board.boots).toBe(1);
  board.dispose();
});

test('a board keeps its port when it moves to another socket', async () => {
  const adapter = await bench.guest.plug(new AcmDevice(identity), 'desk.2');
  await bench.core.call('POST', '/boards', { name: 'beagle', consoles });
  await consoleIs('open');
  await bench.guest.unplug(adapter);
  await consoleIs('unplugged');
  await bench.guest.plug(adapter, 'cheap.5');
  await consoleIs('open');
  adapter.line.print('here again\r\n');
  await printed('here again');
});
