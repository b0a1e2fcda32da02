import { expect, test } from 'vitest';
import { setUpBench, socketIdOf, UsbDisk, UsbHub, UsbKeyboard, until } from './rig/index.ts';

const bench = setUpBench();

/** A board whose current comes from `desk.4`, in which a hub is with what else hangs there. */
async function addBoard(): Promise<void> {
  await bench.guest.plug(new UsbHub({ switchesPower: false }), 'desk.4');
  await bench.core.call('POST', '/boards', {
    name: 'beagle',
    power: { kind: 'usb-hub-port', socket: socketIdOf('desk.4') },
  });
}

const refusal = () =>
  until(
    () => bench.core.call('GET', '/boards/beagle/power'),
    ({ outlet }) => typeof outlet?.refuses === 'string',
  );
const switchOff = (force: boolean) => bench.core.rest('PUT', '/boards/beagle/power', { state: 'off', force });

test('a socket with the keyboard behind it is not switched off unless forced', async () => {
  await addBoard();
  await bench.guest.plug(new UsbKeyboard(), 'desk.4.1');
  await refusal();
  const { body } = await switchOff(false);
  expect(body).toMatchObject({ code: 'CONFLICT', message: expect.stringContaining('the keyboard') });
  expect(bench.guest.power.isOn('desk.4.1')).toBe(true);

  expect(await switchOff(true)).toMatchObject({ status: 200 });
  await until(
    () => bench.guest.power.isOn('desk.4.1'),
    (on) => !on,
  );
});

test('a socket with a disk of the system behind it is not switched off, whenever it was mounted', async () => {
  await addBoard();
  await bench.guest.plug(new UsbDisk(), 'desk.4.2');
  await until(
    () => bench.guest.run(['test', '-b', '/dev/sda']),
    ({ exitCode }) => exitCode === 0,
  );
  await bench.guest.output(['mkfs.ext2', '-q', '/dev/sda']);
  await bench.guest.output(['mount', '/dev/sda', '/srv']);
  const { body } = await switchOff(false);
  expect(body).toMatchObject({ code: 'CONFLICT', message: expect.stringContaining('the disk with /srv') });
  expect(bench.guest.power.isOn('desk.4')).toBe(true);

  await bench.guest.output(['umount', '/srv']);
  expect(await switchOff(false)).toMatchObject({ status: 200 });
});
