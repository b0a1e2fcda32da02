import { eventIterator, oc } from '@orpc/contract';
import { z } from 'zod';
import { portId } from './ids.ts';

const hex4 = z.string().regex(/^[0-9a-f]{4}$/, 'four hex digits, lower case');

/** What a USB device says it is. Clones share it; `serialNumber` is null where the device has none. */
export const usbIdentity = z.strictObject({
  vendorId: hex4,
  productId: hex4,
  serialNumber: z.string().min(1).max(255).nullable(),
});
export type UsbIdentity = z.infer<typeof usbIdentity>;

/** The number of the USB interface a port belongs to: tells the lines of one adapter apart. */
export const usbInterface = z.int().min(0).max(255);

/**
 * Who must be in the socket for a port there to be the board's: an identity; null, whatever is plugged in. Left
 * out, it is who is there when the board is bound, or first seen there: a different device is then never taken for it.
 */
const occupant = usbIdentity.nullable().optional();
const name = z.string().min(1).max(255);

/**
 * How a board finds its port again. Never a ttyACM/ttyUSB number: the kernel hands those out anew. In order of
 * preference, the first that can be had:
 *
 * 1. `serial`: the device's own serial number and interface, wherever it is plugged in. Where several devices
 *    share a serial number (clones), the one at `path` is meant; without `path`, none.
 * 2. `id`: a name in /dev/serial/by-id; as `serial`, for devices whose descriptors udev alone knows.
 * 3. `socket`: hub and port, as USB topology (`pci-0000:00:14.0-usb-0:1.3`: port 3 of the hub in port 1), with interface.
 * 4. `path`: a name in /dev/serial/by-path: socket and interface in udev's words.
 * 5. `device`: a stable path of the user's own making, such as a udev symlink or the end of a pty.
 */
export const portMatch = z.discriminatedUnion('by', [
  z.strictObject({
    by: z.literal('serial'),
    value: z.string().min(1).max(255),
    vendorId: hex4,
    productId: hex4,
    interface: usbInterface.nullable().default(null),
    path: name.nullable().default(null).describe('the by-path name that decides between clones'),
  }),
  z.strictObject({ by: z.literal('id'), value: name }),
  z.strictObject({
    by: z.literal('socket'),
    value: name,
    interface: usbInterface.nullable().default(null),
    occupant,
  }),
  z.strictObject({ by: z.literal('path'), value: name, occupant }),
  z.strictObject({
    by: z.literal('device'),
    value: z
      .string()
      .max(4096)
      .regex(/^\//, 'give an absolute path')
      .regex(
        /^(?!\/dev\/tty(ACM|USB)\d+$)/,
        'a ttyACM or ttyUSB number changes when you replug: bind by serial number or by socket',
      ),
  }),
]);
export type PortMatch = z.infer<typeof portMatch>;

export const portAccess = z.discriminatedUnion('ok', [
  z.object({ ok: z.literal(true) }),
  z.object({ ok: z.literal(false), reason: z.string(), hint: z.string() }),
]);
export type PortAccess = z.infer<typeof portAccess>;

/** What a port looks like by its vendor and product number (`resources/usb-devices.json`). */
export const portLooks = z.object({
  kind: z.enum(['console', 'power-cable', 'debugger', 'board', 'modem']),
  /** `FTDI FT232R`, `Arm DAPLink`. */
  name: z.string(),
});
export type PortLooks = z.infer<typeof portLooks>;

export const port = z.object({
  portId,
  /** The kernel's node now: /dev/ttyACM0. For reading, not for binding. */
  device: z.string(),
  vendorId: z.string().nullable().describe('four hex digits, lower case'),
  productId: z.string().nullable().describe('four hex digits, lower case'),
  manufacturer: z.string().nullable(),
  product: z.string().nullable(),
  serialNumber: z.string().nullable(),
  byId: z.string().nullable().describe('name in /dev/serial/by-id'),
  byPath: z.string().nullable().describe('name in /dev/serial/by-path'),
  /** True where another port claims the same by-id name: only by-path tells them apart. */
  ambiguousId: z.boolean(),
  /** True where another plugged device has the same vendor, product and serial number: a clone. */
  sharedSerial: z.boolean(),
  interface: usbInterface.nullable(),
  /** Where it is plugged: the id of a USB socket (`GET /usb`); null for what is no USB device. */
  socket: z.string().nullable(),
  /** Hub and port in people's words: `desk hub, port 3`; null where `socket` is. */
  plugged: z.string().nullable(),
  looksLike: portLooks.nullable(),
  /** The best way to bind it, by the order of preference of PortMatch. */
  suggestedMatch: portMatch,
  /** May this user open it, and if not, why. */
  access: portAccess,
  /** The board and the role (`console main`, `power`) that binds this port. */
  boundTo: z.object({ boardId: z.string(), role: z.string() }).nullable(),
});
export type Port = z.infer<typeof port>;

export const portsSnapshot = z.object({ revision: z.int(), ports: z.array(port) });

export const portsContract = {
  list: oc
    .route({ method: 'GET', path: '/ports', summary: 'Serial ports the kernel shows' })
    .output(z.array(port)),
  /** The whole list, now and after every change: a bench has tens of ports, not thousands. */
  changes: oc
    .route({ method: 'GET', path: '/events/ports', summary: 'Serial ports, now and at each change (events)' })
    .output(eventIterator(portsSnapshot)),
};
