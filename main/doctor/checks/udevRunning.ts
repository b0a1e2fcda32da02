import type { Check } from '../check.ts';
import { asRoot, makeFix } from '../fixes/fix.ts';
import type { Machine } from '../machine.ts';

const why =
  'Without udev Labdeck hears late of what is plugged in, ports have no names that survive a replug, and rules do nothing.';
const daemons = ['systemd-udevd', 'systemd-udev', '(udev-worker)', 'udevd', 'eudev'];

/** Whether rules do anything at all here. */
export async function isUdevRunning(machine: Machine): Promise<boolean> {
  if (await machine.exists('/run/udev/control')) return true;
  return (await machine.processes()).some((name) => daemons.includes(name));
}

/** Whether udev itself runs. In a container it usually does not. */
export function udevRunningCheck(machine: Machine): Check {
  return {
    name: 'udev',
    title: 'udev',
    group: 'ports',
    followsPorts: false,
    look: async () => {
      if (await isUdevRunning(machine))
        return [{ severity: 'ok', title: 'udev runs', what: 'It tells of what is plugged in.', why }];
      const managed = await machine.exists('/run/systemd/system');
      return [
        {
          severity: 'warning',
          title: 'udev does not run',
          what: managed
            ? 'Its daemon was stopped or could not start.'
            : 'There is no udev here, as in most containers. Ports are found in /dev and by what the kernel says alone. Share /run/udev of the host to have its names.',
          why,
          fix: managed
            ? makeFix('Start udev', [asRoot('systemctl', 'start', 'systemd-udevd.service')])
            : null,
        },
      ];
    },
  };
}
