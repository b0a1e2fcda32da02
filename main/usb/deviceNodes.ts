import { readdir, readlink } from 'node:fs/promises';
import path from 'node:path';
import { readAttribute, type SysfsDevice } from './sysfsUsb.ts';

/** What a USB device gives to the machine: the names of its nodes, by kind. */
export interface DeviceNodes {
  readonly keyboards: readonly string[];
  readonly mice: readonly string[];
  /** Whole disks: `sda`. */
  readonly disks: readonly string[];
  readonly networks: readonly string[];
  readonly serial: readonly string[];
  readonly sound: readonly string[];
  readonly video: readonly string[];
}

export const noNodes: DeviceNodes = {
  keyboards: [],
  mice: [],
  disks: [],
  networks: [],
  serial: [],
  sound: [],
  video: [],
};

interface ClassEntry {
  readonly name: string;
  /** Resolved. */
  readonly folder: string;
}

/** By the kernel's name of the device (`1-1.3`), for those that have any. Never rejects. */
export async function readDeviceNodes(
  sysDir: string,
  devices: readonly SysfsDevice[],
): Promise<Map<string, DeviceNodes>> {
  const [inputs, blocks, networks, ttys, sound, video] = await Promise.all(
    ['input', 'block', 'net', 'tty', 'sound', 'video4linux'].map((name) => readClass(sysDir, name)),
  );
  const pointers = await Promise.all(
    (inputs ?? []).filter(({ name }) => /^input\d+$/.test(name)).map(describeInput),
  );
  // Longest first: what is behind a hub is not the hub's.
  const folders = devices
    .map(({ name, folder }) => ({ name, prefix: `${folder}/` }))
    .sort((a, b) => b.prefix.length - a.prefix.length);
  const found = new Map<string, { -readonly [K in keyof DeviceNodes]: string[] }>();
  const add = (kind: keyof DeviceNodes, entries: readonly ClassEntry[]) => {
    for (const { name, folder } of entries) {
      const owner = folders.find(({ prefix }) => folder.startsWith(prefix))?.name;
      if (owner === undefined) continue;
      let nodes = found.get(owner);
      if (!nodes) {
        nodes = { keyboards: [], mice: [], disks: [], networks: [], serial: [], sound: [], video: [] };
        found.set(owner, nodes);
      }
      nodes[kind].push(name);
    }
  };
  add(
    'keyboards',
    pointers.filter(({ keyboard }) => keyboard),
  );
  add(
    'mice',
    pointers.filter(({ mouse }) => mouse),
  );
  // A partition's folder is in its disk's: `block/sda/sda1`.
  add(
    'disks',
    (blocks ?? []).filter(({ folder }) => path.basename(path.dirname(folder)) === 'block'),
  );
  add('networks', networks ?? []);
  add('serial', ttys ?? []);
  add(
    'sound',
    (sound ?? []).filter(({ name }) => /^card\d+$/.test(name)),
  );
  add('video', video ?? []);
  return found;
}

/** Virtual consoles and ports of the board: a hundred entries that are no USB device's. */
const ownTty = /^(tty\d*|ttyS\d+|pty..|tty[a-z][0-9a-f])$/;

/** Entries of `/sys/class/<name>` that are below a USB bus. */
async function readClass(sysDir: string, name: string): Promise<ClassEntry[]> {
  const folder = path.join(sysDir, 'class', name);
  const entries = await Promise.all(
    (await readdir(folder).catch(() => []))
      .filter((entry) => !ownTty.test(entry))
      .map(async (entry): Promise<ClassEntry | null> => {
        const target = await readlink(path.join(folder, entry)).catch(() => '');
        return /\/usb\d+\//.test(target) ? { name: entry, folder: path.resolve(folder, target) } : null;
      }),
  );
  return entries.filter((entry) => entry !== null);
}

/**
 * A keyboard has all keys from escape to D, a mouse moves by X and Y: as udev tells them apart (systemd,
 * udev-builtin-input_id.c). A few media keys, as headsets have them, make no keyboard.
 */
async function describeInput(entry: ClassEntry) {
  const [keys, axes, name] = await Promise.all(
    ['capabilities/key', 'capabilities/rel', 'name'].map((file) =>
      readAttribute(path.join(entry.folder, file)),
    ),
  );
  return {
    name: name ?? entry.name,
    folder: entry.folder,
    keyboard: (lowBits(keys ?? '') & 0xffff_fffen) === 0xffff_fffen,
    mouse: (lowBits(axes ?? '') & 0b11n) === 0b11n,
  };
}

/** The last word of a bitmap the kernel prints as hex words, highest first. */
function lowBits(bitmap: string): bigint {
  const last = bitmap.split(' ').at(-1) ?? '';
  return /^[0-9a-f]+$/i.test(last) ? BigInt(`0x${last}`) : 0n;
}
