import { test } from 'vitest';
import { AcmDevice, Board, setUpBench, socketIdOf, socketSupply, UsbDisk, UsbHub, UsbKeyboard, until } from './rig/index.ts';
import { setTimeout as sleep } from 'node:timers/promises';
const bench = setUpBench();
const sh = async (c: string) => console.log(JSON.stringify(await bench.guest.run(['sh', '-c', c]), null, 1).replaceAll('\\n', '\n'));
test('power', async () => {
  const device = await bench.guest.plug(new AcmDevice({ product: 'Beagle', serialNumber: 'B1' }), 'desk.3');
  const board = new Board({ console: device.line, supply: socketSupply(bench.guest.power, 'desk.3') });
  await until(() => bench.core.call<unknown[]>('GET', '/ports'), (p) => p.length === 1);
  await bench.core.call('POST', '/boards', { name: 'beagle', consoles: [{ match: { by: 'id', value: 'usb-Bench_Beagle_B1-if00' } }], power: { kind: 'usb-hub-port', socket: socketIdOf('desk.3') } });
  await device.line.until(({ dtr }) => dtr);
  await sleep(3000);
  console.log(JSON.stringify((await bench.core.rest('PUT', '/boards/beagle/power', { state: 'off' })).body, null, 1));
  for (let i = 0; i < 5; i++) { await sleep(1000);
  const p = await bench.core.call('GET', '/boards/beagle/power'); console.log(p.known, JSON.stringify(p.evidence), JSON.stringify(p.witnesses)); }
});
test('nested', async () => {
  await bench.guest.plug(new UsbHub({ switchesPower: false }), 'desk.4');
  await bench.guest.plug(new UsbKeyboard(), 'desk.4.1');
  await bench.guest.plug(new UsbDisk(), 'desk.4.2');
  await sleep(6000);
  await sh('lsusb -t; ls /dev/sd*; dmesg | tail -20; uhubctl; time uhubctl --location 1-1 --ports 4 --action off; dmesg | tail -20; lsusb -t');
  await sh('cat /sys/bus/usb/devices/1-1:1.0/1-1-port4/disable; echo 0 > /sys/bus/usb/devices/1-1:1.0/1-1-port4/disable; sleep 3; lsusb -t; time echo 1 > /sys/bus/usb/devices/1-1:1.0/1-1-port4/disable;  cat /sys/bus/usb/devices/1-1:1.0/1-1-port4/disable; dmesg | tail -20; lsusb -t');
});
