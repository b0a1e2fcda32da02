import type { AccessVerdict } from '../../ports/index.ts';
import type { Check, Found } from '../check.ts';
import { joinGroup } from '../fixes/joinGroup.ts';
import type { Machine } from '../machine.ts';
import { listed } from '../words.ts';

const why = 'Labdeck can neither read consoles nor switch power cables that it may not open.';

/** May this user open each port: judged by the node's own group, which differs between systems. */
export function portAccessCheck(
  machine: Machine,
  devices: () => readonly string[],
  examine: (device: string) => Promise<AccessVerdict>,
): Check {
  return {
    name: 'port-access',
    title: 'Access to serial ports',
    group: 'ports',
    followsPorts: true,
    look: async () => {
      const all = devices();
      const verdicts = await Promise.all(
        all.map(async (device) => ({ device, verdict: await examine(device) })),
      );
      const kinds = new Map<string, string[]>();
      for (const { device, verdict } of verdicts) {
        const key = JSON.stringify(verdict);
        kinds.set(key, [...(kinds.get(key) ?? []), device]);
      }
      const found = [...kinds].flatMap(([key, members]) =>
        describe(machine.who.user, members, JSON.parse(key) as AccessVerdict),
      );
      return found.length > 0 ? found : [allWell(all)];
    },
  };
}

function allWell(devices: readonly string[]): Found {
  return {
    severity: 'ok',
    title: devices.length === 0 ? 'No serial port is plugged in' : 'Every serial port may be opened',
    what: devices.length === 0 ? 'The kernel shows no ttyACM and no ttyUSB.' : `${listed(devices)}.`,
    why,
  };
}

function describe(user: string, devices: readonly string[], verdict: AccessVerdict): Found[] {
  const them = listed(devices);
  const title =
    devices.length === 1 ? `${them} may not be opened` : `${devices.length} ports may not be opened`;
  const belong = devices.length === 1 ? 'belongs' : 'belong';
  switch (verdict.kind) {
    case 'ok':
      return [];
    case 'group':
      return [
        {
          about: `group-${verdict.group}`,
          severity: 'error',
          title,
          what: verdict.joined
            ? `${them} ${belong} to group ${verdict.group}. ${user} has joined it, but this login began before: log out and in again, then start Labdeck again.`
            : `${them} ${belong} to group ${verdict.group}, and ${user} is not in it.`,
          why,
          fix: verdict.joined ? null : joinGroup(user, verdict.group),
        },
      ];
    case 'no-group':
      return [
        {
          about: `no-group-${verdict.mode}`,
          severity: 'error',
          title,
          what: `${them}: mode ${verdict.mode} lets no ordinary group read and write. A udev rule gives such ports to a group or to whoever sits at this computer.`,
          why,
        },
      ];
    case 'missing':
      return [
        {
          about: 'missing',
          severity: 'warning',
          title: devices.length === 1 ? `${them} is not there` : `${devices.length} ports have no node`,
          what: `The kernel knows ${them}, but the node is missing. In a container, pass the device in.`,
          why,
        },
      ];
    case 'other':
      return [
        {
          about: `other-${devices[0]}`,
          severity: 'error',
          title,
          what: `${them} cannot be used: ${verdict.message}. Replug it.`,
          why,
        },
      ];
  }
}
