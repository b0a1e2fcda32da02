import { copyFile, mkdir } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import type { Machine } from '../machine.ts';
import { asRoot, type Command, type Fix, makeFix } from './fix.ts';

export const rulesName = '60-labdeck.rules';
/** Ours alone: removing it undoes all that installing it did. */
export const installedRules = `/etc/udev/rules.d/${rulesName}`;

/** In the order udev prefers them (udev(7)): the first of a name hides the others. */
export const rulesFolders = [
  '/etc/udev/rules.d',
  '/run/udev/rules.d',
  '/usr/local/lib/udev/rules.d',
  '/usr/lib/udev/rules.d',
  '/lib/udev/rules.d',
] as const;

/** Where the rules are that ship with Labdeck. */
export interface RulesSource {
  readonly resourcesDir: string;
  /** A folder of ours that outlives nothing, for a copy. */
  readonly runDir: string;
}

export const shippedRules = ({ resourcesDir }: RulesSource): string => join(resourcesDir, 'udev', rulesName);

// Ports and hubs that are plugged in already get what the rules say as if they came now.
const settle: readonly Command[] = [
  asRoot('udevadm', 'control', '--reload'),
  asRoot('udevadm', 'trigger', '--action=change', '--subsystem-match=usb', '--subsystem-match=tty'),
  asRoot('udevadm', 'settle', '--timeout=15'),
];

/** Installs our udev rules; what was in their place is kept beside them, where udev does not read it. */
export async function installRulesFix(machine: Machine, source: RulesSource): Promise<Fix | null> {
  const file = await readableByRoot(machine, source);
  return makeFix(
    'Install Labdeck’s udev rules',
    [asRoot('install', '-D', '-b', '-S', '.before', '-m', '0644', file, installedRules), ...settle],
    { undo: [asRoot('rm', installedRules), asRoot('udevadm', 'control', '--reload')] },
  );
}

/** Has udev read the rules again and go through what is plugged in. */
export function reloadRulesFix(): Fix | null {
  return makeFix('Have udev apply the rules now', settle);
}

/** What an AppImage carries only its user may read: root gets a copy. */
async function readableByRoot(machine: Machine, source: RulesSource): Promise<string> {
  const shipped = shippedRules(source);
  const mounted = machine.env.APPDIR;
  if (!mounted || !shipped.startsWith(`${mounted}/`)) return shipped;
  const copy = join(source.runDir, rulesName);
  await mkdir(dirname(copy), { recursive: true });
  await copyFile(shipped, copy);
  return copy;
}
