import type { Qmp } from '../machine/qmp.ts';
import type { SocketPower } from './socketPower.ts';

/** Where a device is plugged in, and what of the machine it needs for that. */
export interface PlugPoint {
  readonly qmp: Qmp;
  /** For its sockets and files. */
  readonly runDir: string;
  /** A name nobody else has in this machine. */
  readonly id: string;
  readonly socket: string;
  readonly power: SocketPower;
}

/** Something with a USB plug. */
export interface Plug {
  insert(at: PlugPoint): Promise<void>;
  /** Resolves once the machine no longer has it. */
  pull(): Promise<void>;
  /** Ends what it runs on this side; the machine is gone already. */
  dispose(): void;
}

/** Where the emulator's hubs are, by the names tests use. */
const places: Readonly<Record<string, string>> = { machine: '', desk: '1', cheap: '2' };

/** `desk.3` as the emulator and Linux count: `1.3`. */
export function portOf(socket: string): string {
  const [place = '', ...rest] = socket.split('.');
  const start = places[place];
  if (start === undefined || rest.some((part) => !/^[1-9]\d*$/.test(part)))
    throw new Error(`there is no socket ${socket}: it is desk.N, cheap.N or machine.N`);
  return [start, ...rest].filter((part) => part !== '').join('.');
}

/** `desk.3` as Linux names a device in it: `1-1.3`. */
export function linuxNameOf(socket: string): string {
  return `1-${portOf(socket)}`;
}

/** The id of a socket, as Labdeck and udev name it. */
export function socketIdOf(socket: string): string {
  return `pci-0000:00:06.0-usb-0:${portOf(socket)}`;
}

/** The name in /dev/serial/by-path of an interface of a device in a socket. */
export function byPathOf(socket: string, usbInterface = 0): string {
  return `${socketIdOf(socket)}:1.${usbInterface}`;
}

/** Plugs a device of the emulator in. */
export async function addDevice(
  at: PlugPoint,
  driver: string,
  options: Record<string, unknown> = {},
): Promise<void> {
  await at.qmp.execute('device_add', {
    driver,
    id: at.id,
    bus: 'xhci.0',
    port: portOf(at.socket),
    ...options,
  });
}

/** Pulls it; it is out of its socket at once. Of a disk, and of a hub it was in, the emulator then says no more. */
export async function removeDevice(at: PlugPoint): Promise<void> {
  await at.qmp.execute('device_del', { id: at.id });
  const isThere = /^.* ID: (\S+)\s*$/gm;
  const left = [...(await at.qmp.monitor('info usb')).matchAll(isThere)].map(([, id]) => id);
  if (left.includes(at.id)) throw new Error(`${at.id} does not leave ${at.socket}`);
}

/** Pulls it and waits until nothing of it is left, so that what it stood on can go. */
export async function deleteDevice(at: PlugPoint): Promise<void> {
  const gone = at.qmp.event(
    ({ event, data }) => event === 'DEVICE_DELETED' && data?.device === at.id,
    `${at.id} in ${at.socket} is deleted`,
  );
  await Promise.all([gone, at.qmp.execute('device_del', { id: at.id })]);
}
