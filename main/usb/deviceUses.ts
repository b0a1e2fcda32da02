import type { UsbUse } from '../contract/index.ts';
import type { DeviceNodes } from './deviceNodes.ts';
import type { MachineUse } from './machineUse.ts';

/** What the machine would miss; `why` it must not lose it: `the keyboard`, null where it can do without. */
export interface DeviceUse extends UsbUse {
  readonly why: string | null;
}

/** Without these the machine does not go on, or not as it was. */
const systemMounts = /^(\/|\/(boot|efi|usr|var|home|root|opt|srv)(\/.*)?|swap)$/;

/** What of a machine hangs on one device. */
export function usesOf(nodes: DeviceNodes, machine: MachineUse): DeviceUse[] {
  return [
    ...nodes.keyboards.map((what): DeviceUse => ({ kind: 'keyboard', what, why: `the keyboard (${what})` })),
    ...nodes.mice.map((what): DeviceUse => ({ kind: 'mouse', what, why: null })),
    ...nodes.disks.map((disk) => diskUse(disk, machine.disks.get(disk) ?? [])),
    ...nodes.networks.map((name) => networkUse(name, machine.defaultRoutes.has(name))),
    ...nodes.serial.map((name): DeviceUse => ({ kind: 'serial', what: `/dev/${name}`, why: null })),
    ...nodes.sound.map((what): DeviceUse => ({ kind: 'audio', what, why: null })),
    ...nodes.video.map((name): DeviceUse => ({ kind: 'video', what: `/dev/${name}`, why: null })),
  ];
}

function diskUse(disk: string, mounts: readonly string[]): DeviceUse {
  if (mounts.length === 0) return { kind: 'disk', what: `/dev/${disk}`, why: null };
  const system = mounts.filter((mount) => systemMounts.test(mount));
  const [first, ...more] = [...(system.length > 0 ? system : mounts)].sort((a, b) => a.length - b.length);
  const what = `the disk with ${first}${more.length > 0 ? ` and ${more.length} more` : ''}`;
  // Any file system in use loses what was not written yet.
  return { kind: system.length > 0 ? 'system-disk' : 'disk', what, why: what };
}

function networkUse(name: string, hasDefaultRoute: boolean): DeviceUse {
  if (!hasDefaultRoute) return { kind: 'network', what: name, why: null };
  const what = `${name} with the default route`;
  return { kind: 'network', what, why: `the network (${what})` };
}
