import { join } from 'node:path';
import type { Check, Found } from '../check.ts';
import { installDebian } from '../fixes/packages.ts';
import type { Machine } from '../machine.ts';
import { listed } from '../words.ts';

const why = 'Without its driver a USB serial adapter or a power cable shows no port at all.';
const modulesFolder = '/lib/modules';

/** The drivers of what one plugs in on a bench, as their files are called. */
const drivers = [
  { module: 'cdc_acm', what: 'ttyACM: power cables, many boards' },
  { module: 'ftdi_sio', what: 'FTDI adapters' },
  { module: 'cp210x', what: 'CP210x adapters' },
  { module: 'ch341', what: 'CH340 adapters' },
  { module: 'pl2303', what: 'PL2303 adapters' },
] as const;

/** Whether the running kernel can drive serial adapters. */
export function serialDriversCheck(machine: Machine): Check {
  return {
    name: 'serial-drivers',
    title: 'Drivers of USB serial adapters',
    group: 'ports',
    followsPorts: false,
    look: async () => {
      const release = (await machine.read('/proc/sys/kernel/osrelease'))?.trim();
      if (!release) throw new Error('there is no /proc to ask which kernel runs');
      const known = await machine.list(modulesFolder);
      if (!known.includes(release)) return [await withoutFolder(machine, release, known)];
      const folder = join(modulesFolder, release);
      const texts = await Promise.all(
        ['modules.builtin', 'modules.dep'].map((name) => machine.read(join(folder, name))),
      );
      if (texts.every((text) => text === null)) throw new Error(`${folder} has no list of modules`);
      const missing = drivers.filter(
        ({ module }) => !texts.some((text) => text !== null && hasModule(text, module)),
      );
      return [missing.length === 0 ? allWell : await lacking(machine, release, missing)];
    },
  };
}

const allWell: Found = {
  severity: 'ok',
  title: 'The kernel drives USB serial adapters',
  what: `It has ${listed(drivers.map(({ module }) => module))}.`,
  why,
};

/** In modules.dep and modules.builtin: `kernel/drivers/usb/class/cdc-acm.ko.xz:`. */
function hasModule(text: string, module: string): boolean {
  return new RegExp(`/${module.replace('_', '[-_]')}\\.ko(\\.\\w+)?(:|$)`, 'm').test(text);
}

async function withoutFolder(machine: Machine, release: string, known: readonly string[]): Promise<Found> {
  const loaded = await Promise.all(
    drivers.map(async ({ module }) => ((await machine.exists(`/sys/module/${module}`)) ? module : null)),
  );
  const there = loaded.filter((module) => module !== null);
  if (there.length > 0)
    return {
      severity: 'ok',
      title: 'The kernel drives USB serial adapters',
      what: `It has ${listed(there)}.`,
      why,
    };
  if (known.length > 0)
    return {
      severity: 'warning',
      title: 'The kernel was updated since this computer started',
      what: `${release} runs, and the modules on disk are for ${listed([...known])}: an adapter plugged in now finds no driver. Restart the computer.`,
      why,
    };
  return {
    severity: 'unknown',
    title: 'The kernel’s modules cannot be seen',
    what: `There is no ${modulesFolder}/${release}, as in a container.`,
    why,
  };
}

async function lacking(
  machine: Machine,
  release: string,
  missing: readonly (typeof drivers)[number][],
): Promise<Found> {
  const system = (await machine.read('/etc/os-release').catch(() => null)) ?? '';
  const isUbuntu = /^ID(_LIKE)?=.*\bubuntu\b/m.test(system);
  return {
    severity: missing.some(({ module }) => module === 'cdc_acm') ? 'warning' : 'info',
    title: 'The kernel lacks drivers of USB serial adapters',
    what: `${release} has no ${listed(missing.map(({ module, what }) => `${module} (${what})`))}.${isUbuntu ? '' : ' Kernels made for servers in a cloud leave them out: install the ordinary one.'}`,
    why,
    fix: isUbuntu
      ? await installDebian(machine, 'Install the kernel’s further modules', [
          `linux-modules-extra-${release}`,
        ])
      : null,
  };
}
