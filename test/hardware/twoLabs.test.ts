import { expect, test } from 'vitest';
import { AcmDevice, setUpBench, until } from './rig/index.ts';

const bench = setUpBench();

test('of two Labdecks the second says who has the port, and gets it when it is free', async () => {
  const device = await bench.guest.plug(new AcmDevice({ serialNumber: 'C1' }), 'desk.3');
  const board = { name: 'beagle', consoles: [{ match: { by: 'id', value: 'usb-Bench_Serial_C1-if00' } }] };
  await bench.core.call('POST', '/boards', board);
  await device.line.until(({ dtr }) => dtr);

  const second = await bench.guest.startCore();
  await second.call('POST', '/boards', board);
  const consoles = () => second.call<{ state: string; reason: string }[]>('GET', '/boards/beagle/consoles');
  const [info] = await until(consoles, ([console]) => console?.state === 'busy');
  expect(info?.reason).toContain(`(pid ${bench.core.pid})`);

  await bench.core.call('DELETE', '/boards/beagle');
  await until(consoles, ([console]) => console?.state === 'open');
  await second.stop();
});
