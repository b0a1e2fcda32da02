import { readFileSync } from 'node:fs';
import { afterAll, beforeAll, test } from 'vitest';
import { AcmDevice, Guest } from './rig/index.ts';

let guest: Guest;
beforeAll(async () => {
  ({ guest } = await Guest.start());
});
afterAll(() => guest.stop());
const go = async (user: 'root' | 'bench') =>
  (
    await guest.run(['sh', '-c', 'timeout -s KILL 120 /app/node /tmp/b.mjs 2>&1; echo rc $?'], {
      timeoutMs: 150_000,
      user,
    })
  ).stdout;
test('usb', async () => {
  await guest.plug(new AcmDevice({ serialNumber: 'A1' }), 'desk.3');
  const dev = async (driver: string, port: string, more: object = {}) =>
    await (guest as any).plug(
      {
        insert: (at: any) =>
          at.qmp.execute('device_add', { driver, id: at.id, bus: 'xhci.0', port, ...more }),
        pull: async () => {},
        dispose() {},
      },
      'desk.8',
    );
  await dev('usb-kbd', '1.4');
  await dev('usb-mouse', '1.5');
  await dev('usb-net', '1.6').catch((e: unknown) => console.log('no usb-net', e));
  await dev('usb-hub', '1.7', { ports: 2 });
  await guest.run(['udevadm', 'settle']);
  const bundle = readFileSync('/tmp/usbtry/bundle.mjs', 'utf8');
  const file = async (name: string, text: string) =>
    await guest.output(['sh', '-c', `cat >${name}; chmod 644 ${name}`], { input: text });
  await file('/tmp/b.mjs', bundle);
  await guest.output(['sh', '-c', 'base64 -d | tar xzf - -C / ; ln -sf python3.11 /usr/bin/python3; python3 --version >&2'], { input: readFileSync('/tmp/usbtry/py.b64', 'utf8') });
  console.log(await guest.output(['sh', '-c', 'python3 /app/resources/usb/hub_control.py describe /dev/bus/usb/001/001 /dev/bus/usb/001/002 /dev/bus/usb/001/003 /dev/bus/usb/002/001 2>&1']));
  await guest.run(['sh', '-c', 'echo; kill $(cat /tmp/none) 2>/dev/null; true']);
  console.log(
    await guest
      .output([
        'sh',
        '-c',
        'ls -l /sys/bus/usb/devices/*/*-port3/ /dev/bus/usb/*; uname -r; which python3; true',
      ])
      .catch(String),
  );
  console.log('=== ROOT');
  console.log(await go('root'));
  console.log('=== BENCH');
  console.log(await go('bench'));
  await guest.output([
    'sh',
    '-c',
    'mkdir -p /etc/udev/rules.d && cp /app/resources/udev/60-labdeck.rules /etc/udev/rules.d/ && usermod -aG dialout bench && udevadm control --reload && udevadm trigger && udevadm settle',
  ]);
  console.log(
    await guest.output(['sh', '-c', 'ls -l /sys/bus/usb/devices/*/*-port3/disable /dev/bus/usb/*']),
  );
  console.log('=== BENCH with rules');
  console.log(await go('bench'));
  console.log(await guest.output(['sh', '-c', 'dmesg | tail -5']));
}, 600_000);
