import type { Check, Found } from '../check.ts';
import { asRoot, makeFix } from '../fixes/fix.ts';
import { installRulesFix, type RulesSource } from '../fixes/rulesFile.ts';
import type { Machine } from '../machine.ts';
import { listed } from '../words.ts';
import { isRulesInPlace } from './udevRules.ts';

const why =
  'ModemManager greets a new ttyACM with AT commands: noise on a board’s console, and to an ACM power cable the letter A is a command that switches the outlet.';
const unit = 'ModemManager.service';

/** Whether ModemManager runs, and which ports it would probe. ttyUSB it leaves alone by its default policy. */
export function modemManagerCheck(
  machine: Machine,
  rules: RulesSource,
  devices: () => readonly string[],
): Check {
  return {
    name: 'modem-manager',
    title: 'ModemManager',
    group: 'ports',
    followsPorts: true,
    look: async (signal) => {
      const state = await stateOf(machine, signal);
      if (state === 'away')
        return [ok('ModemManager does not run', 'Nothing probes new serial ports for modems.')];
      const cables = devices().filter((device) => /\/ttyACM\d+$/.test(device));
      const asked = await Promise.all(
        cables.map(async (device) => ({ device, ignored: await isIgnored(machine, device, signal) })),
      );
      const probed = asked.filter(({ ignored }) => !ignored).map(({ device }) => device);
      if (probed.length > 0) return [await warn(machine, rules, probed)];
      if (cables.length > 0)
        return [
          ok(
            'ModemManager leaves these ports alone',
            `It runs, and udev tells it to ignore ${listed(cables)}.`,
          ),
        ];
      return [ok('ModemManager has nothing to probe', 'It runs, and no ttyACM is plugged in.')];
    },
  };
}

async function warn(machine: Machine, rules: RulesSource, probed: readonly string[]): Promise<Found> {
  const fix = (await isRulesInPlace(machine, rules))
    ? makeFix('Stop ModemManager for good', [asRoot('systemctl', 'disable', '--now', unit)], {
        undo: [asRoot('systemctl', 'enable', '--now', unit)],
      })
    : await installRulesFix(machine, rules);
  return {
    severity: 'warning',
    title:
      probed.length === 1
        ? `ModemManager may type at ${probed[0]}`
        : `ModemManager may type at ${probed.length} ports`,
    what: `It runs, and nothing tells it to ignore ${listed(probed)}.`,
    why,
    fix,
  };
}

const ok = (title: string, what: string): Found => ({ severity: 'ok', title, what, why });

async function stateOf(machine: Machine, signal: AbortSignal): Promise<'runs' | 'away'> {
  if ((await machine.processes()).includes('ModemManager')) return 'runs';
  // Where others' processes are hidden, the service manager still tells.
  const told = await machine
    .run(['systemctl', 'show', '--property=ActiveState', unit], signal)
    .catch(() => '');
  return /^ActiveState=(active|activating|reloading)$/m.test(told) ? 'runs' : 'away';
}

/** What our rules, or others, tell ModemManager of a port (ID_MM_PORT_IGNORE, ID_MM_DEVICE_IGNORE). */
async function isIgnored(machine: Machine, device: string, signal: AbortSignal): Promise<boolean> {
  const told = await machine.run(['udevadm', 'info', '-q', 'property', '-n', device], signal);
  return /^ID_MM_(PORT|DEVICE)_IGNORE=(1|true)$/m.test(told);
}
