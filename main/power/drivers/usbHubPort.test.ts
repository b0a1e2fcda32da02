import path from 'node:path';
import { expect, test } from 'vitest';
import { FakeUsb } from '../../../test/fakes/fakeUsb.ts';
import { usbServiceOn } from '../../../test/fakes/usbServiceOn.ts';
import { systemClock } from '../../base/clock.ts';
import { silentLogger } from '../../base/logger.ts';
import type { HubPortPower } from '../../contract/index.ts';
import { NoticesService } from '../../notices/index.ts';
import type { UsbService } from '../../usb/index.ts';
import { OutletMemory } from '../outletMemory.ts';
import { describePowerDriver } from './powerDriver.suite.ts';
import { UsbHubPort } from './usbHubPort.ts';

const never = new AbortController().signal;
const socket = 'pci-0000:00:14.0-usb-0:1.3';
const binding: HubPortPower = { kind: 'usb-hub-port', socket, method: 'auto' };

async function makeRig(ports: (fake: FakeUsb) => void = () => {}) {
  const fake = new FakeUsb();
  fake.rootHub(1);
  fake.plug('1-1', { ports: 4, product: 'Desk Hub' });
  ports(fake);
  const notices = new NoticesService(systemClock);
  const usb = usbServiceOn(fake, { notices });
  await usb.refresh();
  let commands = 0;
  const counting = {
    socket: usb.socket.bind(usb),
    labelOf: usb.labelOf.bind(usb),
    canAsk: usb.canAsk.bind(usb),
    isPowered: usb.isPowered.bind(usb),
    consequences: usb.consequences.bind(usb),
    onDidChange: usb.onDidChange,
    switchSocket: async (...[socketId, on, options]: Parameters<UsbService['switchSocket']>) => {
      await usb.switchSocket(socketId, on, {
        ...options,
        onSend: () => {
          // Announced first: the suite looks at what has reached the hub by then.
          options.onSend?.();
          commands += 1;
        },
      });
    },
  };
  const drivers: UsbHubPort[] = [];
  const restart = async () => {
    const memory = new OutletMemory({ dir: path.join(fake.root, 'data'), logger: silentLogger, notices });
    await memory.load();
    const driver = new UsbHubPort(binding, { usb: counting, memory, clock: systemClock });
    drivers.push(driver);
    return driver;
  };
  return {
    fake,
    usb,
    driver: await restart(),
    actual: async () => ({
      power: fake.disabled('1-1-port3') === '0',
      leds: [false, false, false] as [boolean, boolean, boolean],
    }),
    commands: () => commands,
    restart,
    dispose: async () => {
      for (const driver of drivers) driver.dispose();
      usb.dispose();
      fake.dispose();
    },
  };
}

describePowerDriver('usb-hub-port', makeRig);

test('a socket that changes by itself is told, one beside it is not', async () => {
  const { driver, usb, dispose } = await makeRig();
  let heard = 0;
  driver.onDidChange(() => {
    heard += 1;
  });
  await usb.switchSocket('pci-0000:00:14.0-usb-0:1.2', false, { method: 'auto', signal: never });
  expect(heard).toBe(0);
  await usb.switchSocket(socket, false, { method: 'auto', signal: never });
  expect(heard).toBe(1);
  expect(await driver.read(never)).toBe('off');
  expect(driver.commanded.state).toBeNull();
  await dispose();
});

test('without its hub it is unknown, refuses commands, and remembers what it was told', async () => {
  const { fake, driver, usb, dispose } = await makeRig();
  await driver.set('on', never);
  fake.unplug('1-1');
  await usb.refresh();
  expect(await driver.read(never)).toBe('unknown');
  await expect(driver.set('off', never)).rejects.toMatchObject({ code: 'DEVICE_GONE' });
  expect(driver.commanded.state).toBe('on');
  expect(driver.doubt).toBeNull();
  expect(driver.consequences()).toEqual({ switching: 'unknown', sockets: [socket], refuses: null });
  await dispose();
});

test('it names the socket as people do, and what it would take along', async () => {
  const { driver, dispose } = await makeRig((fake) => {
    fake.says('1-1', 0);
  });
  expect(driver.label).toBe('Desk Hub in port 1, port 3');
  expect(driver.can).toEqual({ readBack: true, meter: false, leds: 0, askEveryMs: null });
  expect(driver.consequences()).toMatchObject({ switching: 'ganged', sockets: { length: 4 } });
  await dispose();
});
