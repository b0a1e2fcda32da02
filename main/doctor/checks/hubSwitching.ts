import type { UsbHub } from '../../contract/index.ts';
import type { AccessVerdict } from '../../ports/index.ts';
import type { Check, Found } from '../check.ts';
import type { Fix } from '../fixes/fix.ts';
import { joinGroup } from '../fixes/joinGroup.ts';
import { installFix } from '../fixes/packages.ts';
import { installRulesFix, type RulesSource } from '../fixes/rulesFile.ts';
import type { Machine } from '../machine.ts';
import { listed } from '../words.ts';
import { isRulesInPlace } from './udevRules.ts';
import { isUdevRunning } from './udevRunning.ts';

const why = 'A board that is powered by a USB hub is switched by its hub’s port.';

export interface HubSwitchingDeps {
  readonly rules: RulesSource;
  /** As the USB tree has them. */
  readonly hubs: () => Promise<readonly UsbHub[]>;
  readonly examine: (file: string) => Promise<AccessVerdict>;
}

/** Whether this user may switch the hubs that can be switched, and ask those that nobody knows it of. */
export function hubSwitchingCheck(machine: Machine, deps: HubSwitchingDeps): Check {
  return {
    name: 'hub-switching',
    title: 'USB hubs that switch power',
    group: 'power',
    followsPorts: true,
    // A hub is asked by a program, each of them once.
    timeoutMs: 15_000,
    look: async () => {
      const hubs = await deps.hubs();
      const able = hubs.filter(({ switching }) => switching === 'per-port' || switching === 'ganged');
      const stuck = able.filter(({ method }) => method === null);
      const silent = hubs.filter(({ switching, method }) => switching === 'unknown' && method === null);
      if (stuck.length === 0 && silent.length === 0) return [allWell(able)];
      const fix = await remedy(machine, deps);
      return [
        ...stuck.map((hub) => cannot(hub, fix)),
        ...(silent.length === 0 ? [] : [unknown(silent, fix)]),
      ];
    },
  };
}

function allWell(able: readonly UsbHub[]): Found {
  const none = able.length === 0;
  return {
    severity: 'ok',
    title: none ? 'No USB hub here switches power' : 'USB hubs may be switched',
    what: none ? 'None that is plugged in says that it can.' : `${listed(able.map(({ label }) => label))}.`,
    why,
  };
}

function cannot(hub: UsbHub, fix: Fix | null): Found {
  return {
    about: hub.hubId,
    severity: 'warning',
    title: `${hub.label} cannot be switched`,
    what: `${hub.switchingProblem ?? 'It says that it can switch its ports, and there is no way to tell it to'}.`,
    why,
    fix,
  };
}

function unknown(hubs: readonly UsbHub[], fix: Fix | null): Found {
  return {
    about: 'unasked',
    severity: 'info',
    title:
      hubs.length === 1
        ? 'A USB hub may not be asked what it can do'
        : `${hubs.length} USB hubs may not be asked what they can do`,
    what: `${listed(
      hubs.map(({ label, switchingProblem }) =>
        switchingProblem ? `${label} (${switchingProblem})` : label,
      ),
      3,
    )}.`,
    why,
    fix,
  };
}

/** The rules first; then the group they give hubs to, for whoever does not sit at this computer; then uhubctl. */
async function remedy(machine: Machine, { rules, examine }: HubSwitchingDeps): Promise<Fix | null> {
  if (machine.who.uid !== 0) {
    if (!(await isRulesInPlace(machine, rules)))
      return (await isUdevRunning(machine)) ? await installRulesFix(machine, rules) : null;
    for (const file of await disableFiles(machine)) {
      const verdict = await examine(file);
      if (verdict.kind === 'group' && !verdict.joined) return joinGroup(machine.who.user, verdict.group);
    }
  }
  if ((await machine.find('uhubctl')) !== null) return null;
  return await installFix(machine, 'Install uhubctl', 'uhubctl');
}

const usbDevices = '/sys/bus/usb/devices';

/** The kernel's switch of each hub's port: `1-1:1.0/1-1-port3/disable`. */
async function disableFiles(machine: Machine): Promise<string[]> {
  const interfaces = (await machine.list(usbDevices)).filter((name) => name.includes(':'));
  const ports = await Promise.all(
    interfaces.map(async (name) =>
      (await machine.list(`${usbDevices}/${name}`))
        .filter((entry) => /-port\d+$/.test(entry))
        .map((entry) => `${usbDevices}/${name}/${entry}/disable`),
    ),
  );
  return ports.flat();
}

/** uhubctl switches hubs where the kernel cannot, and tells what a hub is able to do. */
export function uhubctlCheck(machine: Machine): Check {
  return {
    name: 'uhubctl',
    title: 'uhubctl',
    group: 'power',
    followsPorts: false,
    look: async () => {
      const program = await machine.find('uhubctl');
      if (program !== null)
        return [{ severity: 'ok', title: 'uhubctl is installed', what: `${program}.`, why }];
      const release = (await machine.read('/proc/sys/kernel/osrelease')) ?? '';
      // The kernel got `disable` files for hub ports with 6.0.
      const isNeeded = Number.parseInt(release, 10) < 6;
      return [
        {
          severity: 'info',
          title: 'uhubctl is not installed',
          what: isNeeded
            ? `Linux ${release.trim()} cannot switch hub ports by itself.`
            : 'This kernel switches hub ports by itself; uhubctl tells more of what a hub is able to do.',
          why,
          fix: await installFix(machine, 'Install uhubctl', 'uhubctl'),
        },
      ];
    },
  };
}
