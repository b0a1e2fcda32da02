import { readdirSync, readFileSync, realpathSync } from 'node:fs';
import path from 'node:path';

/** What of this machine stands on which disk and which network interface, now. */
export interface MachineUse {
  /** Mount points and `swap`, by whole disk (`sda`), also through LVM, encryption and RAID. */
  readonly disks: ReadonlyMap<string, readonly string[]>;
  /** Network interfaces with a default route. */
  readonly defaultRoutes: ReadonlySet<string>;
}

export interface MachineFolders {
  /** `/sys` */
  readonly sysDir: string;
  /** `/proc` */
  readonly procDir: string;
}

/**
 * Reads mounts, swap and routes: a few small files, at once, since a mount makes no event and the answer must be
 * of now. Never throws; what cannot be read is not there.
 */
export function readMachineUse({ sysDir, procDir }: MachineFolders): MachineUse {
  const disks = new Map<string, string[]>();
  const note = (node: string, use: string) => {
    for (const disk of disksUnder(node, sysDir, new Set())) {
      const uses = disks.get(disk) ?? [];
      if (!uses.includes(use)) disks.set(disk, [...uses, use]);
    }
  };
  for (const { node, mountPoint } of readMounts(procDir, sysDir)) note(node, mountPoint);
  for (const line of readLines(path.join(procDir, 'swaps')).slice(1)) {
    const node = nodeName(unescapeOctal(line.split(/\s+/)[0] ?? ''));
    if (node !== null) note(node, 'swap');
  }
  return { disks, defaultRoutes: withLower(readDefaultRoutes(procDir), sysDir) };
}

/** `36 35 8:2 / /home rw,noatime shared:1 - ext4 /dev/sda2 rw`, see proc(5). */
function readMounts(procDir: string, sysDir: string): { node: string; mountPoint: string }[] {
  return readLines(path.join(procDir, 'self/mountinfo')).flatMap((line) => {
    const [before = '', after = ''] = line.split(' - ');
    const [, , number = '', , mountPoint = ''] = before.split(' ');
    const [, source = ''] = after.split(' ');
    // A file system over several devices (btrfs) has a number of its own; its source names one of them.
    const node = nodeOfNumber(sysDir, number) ?? nodeName(unescapeOctal(source));
    return node === null ? [] : [{ node, mountPoint: unescapeOctal(mountPoint) }];
  });
}

/** Whole disks that hold `node`: itself, what its partition is of, what a mapping or an array is made of. */
function disksUnder(node: string, sysDir: string, seen: Set<string>): string[] {
  if (seen.has(node)) return [];
  seen.add(node);
  let folder: string;
  try {
    folder = realpathSync(path.join(sysDir, 'class/block', node));
  } catch {
    return [];
  }
  const parent = path.basename(path.dirname(folder));
  const disk = parent === 'block' ? node : parent;
  const slaves = [...list(path.join(folder, 'slaves')), ...list(path.join(path.dirname(folder), 'slaves'))];
  return [disk, ...slaves.flatMap((slave) => disksUnder(slave, sysDir, seen))];
}

function nodeOfNumber(sysDir: string, number: string): string | null {
  if (!/^[1-9]\d*:\d+$/.test(number)) return null;
  try {
    return path.basename(realpathSync(path.join(sysDir, 'dev/block', number)));
  } catch {
    return null;
  }
}

/** `/dev/mapper/root` is `dm-0`. */
function nodeName(device: string): string | null {
  if (!device.startsWith('/dev/')) return null;
  try {
    return path.basename(realpathSync(device));
  } catch {
    return path.basename(device);
  }
}

/** The route with destination and mask zero, of IPv4 and IPv6. */
function readDefaultRoutes(procDir: string): Set<string> {
  const found = new Set<string>();
  for (const line of readLines(path.join(procDir, 'net/route')).slice(1)) {
    const [name = '', destination, , , , , , mask] = line.split('\t');
    if (destination === '00000000' && mask === '00000000') found.add(name);
  }
  for (const line of readLines(path.join(procDir, 'net/ipv6_route'))) {
    const [destination = '', length, , , , , , , , name = ''] = line.split(/\s+/);
    if (/^0{32}$/.test(destination) && length === '00' && name !== 'lo') found.add(name);
  }
  return found;
}

/** With what a bridge, bond or VLAN stands on. */
function withLower(names: Set<string>, sysDir: string): Set<string> {
  // A set that grows while it is walked: what is added is walked too.
  for (const name of names)
    for (const entry of list(path.join(sysDir, 'class/net', name)))
      if (entry.startsWith('lower_')) names.add(entry.slice('lower_'.length));
  return names;
}

/** proc writes white space and backslashes as three octal digits. */
function unescapeOctal(text: string): string {
  return text.replace(/\\([0-7]{3})/g, (_, digits: string) =>
    String.fromCharCode(Number.parseInt(digits, 8)),
  );
}

function readLines(file: string): string[] {
  try {
    return readFileSync(file, 'utf8')
      .split('\n')
      .filter((line) => line !== '');
  } catch {
    return [];
  }
}

function list(folder: string): string[] {
  try {
    return readdirSync(folder);
  } catch {
    return [];
  }
}
