import { readdir, realpath } from 'node:fs/promises';
import path from 'node:path';
import { autoDetect } from '@serialport/bindings-cpp';
import type { Port, PortId } from '../contract/index.ts';
import { socketIdOf } from '../usb/index.ts';
import { placeOfPath } from './pathPlace.ts';
import { checkAccess, currentIdentity, type Identity } from './portAccess.ts';
import { queryUdev } from './queryUdev.ts';
import { hasClone, suggestMatch } from './suggestMatch.ts';
import { parseInterface, readSysfsPort, type SysfsPort } from './sysfsPort.ts';
import { linkNames, productName, type UdevProperties } from './udevProperties.ts';
import type { UsbDevices } from './usbDevices.ts';

/** A port as the machine shows it; who binds it is the boards' business, what its socket is called the hubs'. */
export type DetectedPort = Omit<Port, 'boundTo' | 'plugged'>;

/** What one look at one port tells; the rest comes from comparing them all. */
type SeenPort = Omit<DetectedPort, 'ambiguousId' | 'sharedSerial' | 'suggestedMatch' | 'looksLike'>;

export interface EnumerateOptions {
  /** Where nodes and their stable links are: `/dev`. */
  readonly devDir: string;
  /** Where the kernel tells about devices: `/sys`. */
  readonly sysDir: string;
  readonly identity?: () => Promise<Identity>;
  /** What ports look like. */
  readonly devices: UsbDevices;
}

const listTimeoutMs = 10_000;
export const serialNode = /^tty(?:ACM|USB)\d+$/;

/** What one look at the machine finds. */
export interface Enumeration {
  /** By device. */
  readonly ports: readonly DetectedPort[];
  /** False: udev was too slow to tell all it knows; look again. */
  readonly isWhole: boolean;
}

/**
 * Every ttyACM and ttyUSB port, by device. The list is serialport's (udev's database); its ports are then asked
 * for once more, since serialport keeps neither the product's name nor the by-path link. Where udev is missing or knows nothing (containers),
 * the list comes from /dev and the facts from sysfs and the links in /dev/serial. Rejects only when /dev can't be read.
 */
export async function enumeratePorts(options: EnumerateOptions): Promise<Enumeration> {
  const identity = await (options.identity ?? currentIdentity)();
  const [listed, byId, byPath] = await Promise.all([
    listPorts(options.devDir),
    readLinks(path.join(options.devDir, 'serial/by-id')),
    readLinks(path.join(options.devDir, 'serial/by-path')),
  ]);
  const answers = await queryUdev(listed.map(({ device }) => device));
  const ports = await Promise.all(
    listed.map(async (seen): Promise<SeenPort> => {
      const udev = answers.byNode.get(seen.device) ?? nothingKnown;
      const [kernel, access] = await Promise.all([
        readSysfsPort(path.basename(seen.device), options.sysDir),
        checkAccess(seen.device, identity),
      ]);
      const links = linkNames(udev);
      const idName = seen.byId ?? links.byId ?? byId.get(seen.device) ?? null;
      const pathName = links.byPath ?? byPath.get(seen.device) ?? null;
      return {
        portId: (pathName ?? seen.device) as PortId,
        device: seen.device,
        ...descriptorsOf(seen, udev, kernel),
        byId: idName,
        byPath: pathName,
        ...placeOf(udev, kernel, pathName),
        access,
      };
    }),
  );
  const sorted = compared(ports, options.devices).sort((a, b) =>
    a.device.localeCompare(b.device, 'en', { numeric: true }),
  );
  return { ports: sorted, isWhole: answers.isWhole };
}

const nothingKnown: UdevProperties = new Map();

/** What is only seen by looking at all ports: names and serial numbers that several devices claim. */
function compared(seen: readonly SeenPort[], devices: UsbDevices): DetectedPort[] {
  const named = seen.map((port) => ({
    ...port,
    // Clones without a serial number: the link points at any of them.
    ambiguousId: port.byId !== null && seen.some((other) => other !== port && other.byId === port.byId),
  }));
  return named.map((port) => ({
    ...port,
    sharedSerial: hasClone(port, named),
    looksLike: devices.looksOf(port),
    suggestedMatch: suggestMatch(port, named),
  }));
}

interface Seen {
  readonly device: string;
  readonly byId: string | null;
  readonly vendorId: string | null;
  readonly productId: string | null;
  readonly manufacturer: string | null;
  readonly serialNumber: string | null;
}

/** What serialport lists (PortInfo of @serialport/bindings-interface, whose types its own package hides). */
interface ListedPort {
  readonly path: string;
  readonly pnpId: string | undefined;
  readonly vendorId: string | undefined;
  readonly productId: string | undefined;
  readonly manufacturer: string | undefined;
  readonly serialNumber: string | undefined;
}

async function listPorts(devDir: string): Promise<Seen[]> {
  const fromUdev = await withDeadline<ListedPort[]>(autoDetect().list(), listTimeoutMs).catch(() => []);
  const seen = fromUdev
    .filter((port) => serialNode.test(path.basename(port.path)))
    .map((port) => ({
      device: port.path,
      byId: port.pnpId ?? null,
      vendorId: port.vendorId?.toLowerCase() ?? null,
      productId: port.productId?.toLowerCase() ?? null,
      manufacturer: port.manufacturer?.trim() || null,
      serialNumber: port.serialNumber ?? null,
    }));
  const known = new Set(seen.map((port) => port.device));
  const bare = (await readdir(devDir))
    .filter((name) => serialNode.test(name))
    .map((name) => path.join(devDir, name))
    .filter((device) => !known.has(device))
    .map((device) => ({
      device,
      byId: null,
      vendorId: null,
      productId: null,
      manufacturer: null,
      serialNumber: null,
    }));
  return [...seen, ...bare];
}

function descriptorsOf(seen: Seen, udev: UdevProperties, kernel: SysfsPort) {
  return {
    vendorId: seen.vendorId ?? kernel.vendorId,
    productId: seen.productId ?? kernel.productId,
    manufacturer: seen.manufacturer ?? kernel.manufacturer,
    product: productName(udev) ?? kernel.product,
    serialNumber: seen.serialNumber ?? kernel.serialNumber,
  };
}

/** Where it is plugged: by sysfs, else by udev's database, else by its by-path name (a container may have but one). */
function placeOf(udev: UdevProperties, kernel: SysfsPort, byPath: string | null) {
  const place = byPath === null ? null : placeOfPath(byPath);
  return {
    interface:
      kernel.interface ?? parseInterface(udev.get('ID_USB_INTERFACE_NUM')) ?? place?.interface ?? null,
    socket: kernel.socket ?? socketIdOf(udev.get('DEVPATH') ?? '') ?? place?.socket ?? null,
  };
}

async function readLinks(folder: string): Promise<Map<string, string>> {
  const names = await readdir(folder).catch(() => []);
  const links = new Map<string, string>();
  for (const name of names.sort()) {
    const device = await realpath(path.join(folder, name)).catch(() => null);
    if (device !== null && !links.has(device)) links.set(device, name);
  }
  return links;
}

function withDeadline<T>(work: Promise<T>, timeoutMs: number): Promise<T> {
  return new Promise((resolve, reject) => {
    const timer = setTimeout(() => reject(new Error('deadline passed')), timeoutMs);
    work.then(resolve, reject).finally(() => clearTimeout(timer));
  });
}
