import { join } from 'node:path';
import type { Check, Found } from '../check.ts';
import {
  installedRules,
  installRulesFix,
  type RulesSource,
  reloadRulesFix,
  rulesFolders,
  rulesName,
  shippedRules,
} from '../fixes/rulesFile.ts';
import type { Machine } from '../machine.ts';
import { listed } from '../words.ts';
import { isUdevRunning } from './udevRunning.ts';

const why =
  'The rules let whoever sits at this computer open serial ports and switch USB hubs, and keep ModemManager from typing at boards and power cables.';

/** Our udev rules: there, the same as ours, and applied to what is plugged in. */
export function udevRulesCheck(
  machine: Machine,
  source: RulesSource,
  devices: () => readonly string[],
): Check {
  return {
    name: 'udev-rules',
    title: 'Labdeck’s udev rules',
    group: 'ports',
    followsPorts: true,
    look: async (signal) => {
      if (!(await isUdevRunning(machine))) return [];
      const ours = await machine.read(shippedRules(source));
      if (ours === null) throw new Error(`${shippedRules(source)} is missing from this Labdeck`);
      const installed = await findRules(machine);
      if (installed === null) return [await missing(machine, source)];
      if (installed.text !== ours) return [await different(machine, source, installed)];
      const late = await notApplied(machine, devices(), signal);
      return [
        late.length > 0
          ? waiting(late)
          : {
              severity: 'ok',
              title: 'Labdeck’s udev rules are installed',
              what: `${installed.file} is the same as the rules of this Labdeck.`,
              why,
            },
      ];
    },
  };
}

/** Whether udev has exactly the rules of this Labdeck. */
export async function isRulesInPlace(machine: Machine, source: RulesSource): Promise<boolean> {
  const ours = await machine.read(shippedRules(source));
  return ours !== null && (await findRules(machine))?.text === ours;
}

async function findRules(machine: Machine): Promise<{ file: string; text: string } | null> {
  for (const folder of rulesFolders) {
    const file = join(folder, rulesName);
    const text = await machine.read(file);
    if (text !== null) return { file, text };
  }
  return null;
}

async function missing(machine: Machine, source: RulesSource): Promise<Found> {
  return {
    // Root may do everything without them.
    severity: machine.who.uid === 0 ? 'info' : 'warning',
    title: 'Labdeck’s udev rules are not installed',
    what: `There is no ${rulesName} in ${rulesFolders[0]}, nor where packages put theirs.`,
    why,
    fix: await installRulesFix(machine, source),
  };
}

async function different(
  machine: Machine,
  source: RulesSource,
  { file, text }: { file: string; text: string },
): Promise<Found> {
  if (text.trim() === '')
    return {
      severity: 'info',
      title: 'Labdeck’s udev rules are switched off',
      what: `${file} is empty, which hides the rules of this name. Remove it to have them.`,
      why,
    };
  return {
    severity: 'warning',
    title: 'Labdeck’s udev rules are of another version',
    what: `${file} differs from the rules of this Labdeck.${file === installedRules ? ' It is kept as 60-labdeck.rules.before when they are installed.' : ''}`,
    why,
    fix: await installRulesFix(machine, source),
  };
}

function waiting(devices: readonly string[]): Found {
  return {
    severity: 'warning',
    title: 'Labdeck’s udev rules are not applied yet',
    what: `${listed(devices)} ${devices.length === 1 ? 'was' : 'were'} plugged in before the rules were there.`,
    why,
    fix: reloadRulesFix(),
  };
}

/** Ports without the tag our rules give. Where udev does not answer, another check says so. */
async function notApplied(
  machine: Machine,
  devices: readonly string[],
  signal: AbortSignal,
): Promise<string[]> {
  const asked = await Promise.all(
    devices.map(async (device) => {
      const told = await machine
        .run(['udevadm', 'info', '-q', 'property', '-n', device], signal)
        .catch(() => null);
      return told === null || /^(CURRENT_)?TAGS=.*:uaccess:/m.test(told) ? null : device;
    }),
  );
  return asked.filter((device) => device !== null);
}
