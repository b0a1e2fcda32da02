import type { Argv, Machine } from '../machine.ts';
import { asRoot, type Fix, makeFix } from './fix.ts';

type Manager = 'apt-get' | 'dnf' | 'pacman' | 'zypper';

/** In the order they are looked for: where one is, the others are strangers. */
const managers: readonly Manager[] = ['apt-get', 'dnf', 'pacman', 'zypper'];
const installTimeoutMs = 15 * 60_000;

/** What the package that has a program is called. Left out: that system has none we know of. */
const packages = {
  uhubctl: { 'apt-get': ['uhubctl'], dnf: ['uhubctl'], zypper: ['uhubctl'] },
  lrzsz: { 'apt-get': ['lrzsz'], dnf: ['lrzsz'], pacman: ['lrzsz'], zypper: ['lrzsz'] },
  qemu: {
    'apt-get': ['qemu-system-arm', 'u-boot-qemu'],
    dnf: ['qemu-system-aarch64', 'uboot-images-armv8'],
  },
  podman: {
    'apt-get': ['podman', 'uidmap', 'slirp4netns'],
    dnf: ['podman', 'slirp4netns'],
    pacman: ['podman', 'slirp4netns'],
    zypper: ['podman', 'slirp4netns'],
  },
  newuidmap: {
    'apt-get': ['uidmap'],
    dnf: ['shadow-utils'],
    pacman: ['shadow'],
    zypper: ['shadow'],
  },
  slirp4netns: {
    'apt-get': ['slirp4netns'],
    dnf: ['slirp4netns'],
    pacman: ['slirp4netns'],
    zypper: ['slirp4netns'],
  },
} as const satisfies Record<string, Partial<Record<Manager, readonly [string, ...string[]]>>>;

export type Installable = keyof typeof packages;

const install = {
  'apt-get': ['apt-get', 'install', '--yes'],
  dnf: ['dnf', 'install', '--assumeyes'],
  pacman: ['pacman', '-S', '--needed', '--noconfirm'],
  zypper: ['zypper', '--non-interactive', 'install'],
} as const satisfies Record<Manager, readonly [string, ...string[]]>;

const remove = {
  'apt-get': ['apt-get', 'remove'],
  dnf: ['dnf', 'remove'],
  pacman: ['pacman', '-R'],
  zypper: ['zypper', 'remove'],
} as const satisfies Record<Manager, readonly [string, ...string[]]>;

/** Installs what has `what` by this system's package manager; null where there is none, or it has no such package. */
export async function installFix(machine: Machine, title: string, what: Installable): Promise<Fix | null> {
  const manager = await managerOf(machine);
  if (manager === null) return null;
  const names = (packages[what] as Partial<Record<Manager, readonly string[]>>)[manager];
  return names === undefined ? null : installNamed(manager, title, names);
}

/** Installs packages whose names hold for Debian's family alone; null elsewhere. */
export async function installDebian(
  machine: Machine,
  title: string,
  names: readonly string[],
): Promise<Fix | null> {
  return (await managerOf(machine)) === 'apt-get' ? installNamed('apt-get', title, names) : null;
}

function installNamed(manager: Manager, title: string, names: readonly string[]): Fix | null {
  return makeFix(title, [asRoot(...withNames(install[manager], names))], {
    undo: [asRoot(...withNames(remove[manager], names))],
    timeoutMs: installTimeoutMs,
  });
}

function withNames([program, ...words]: Argv, names: readonly string[]): Argv {
  return [program, ...words, ...names];
}

async function managerOf(machine: Machine): Promise<Manager | null> {
  for (const manager of managers) if ((await machine.find(manager)) !== null) return manager;
  return null;
}
