import { eventIterator, oc } from '@orpc/contract';
import { z } from 'zod';
import { labErrors } from './errors.ts';
import { boardId } from './ids.ts';
import { usbIdentity } from './ports.ts';

const { NOT_FOUND, BAD_REQUEST } = labErrors;

/**
 * A socket one can point at: `<controller>-usb-0:<ports>`, as in udev's by-path names: `pci-0000:00:14.0-usb-0:1.3` is
 * port 3 of the hub in port 1. Stable over reboots, unlike bus and device numbers. A USB 3 socket is one socket,
 * though its two halves belong to two hubs of the kernel.
 */
export const socketId = z.string().min(1).max(255);
export const notASocket = 'give a socket as GET /usb names it: pci-0000:00:14.0-usb-0:1.3';
/** One to bind from now on: it has no path in it. */
export const newSocketId = socketId.regex(/^[A-Za-z0-9][A-Za-z0-9_.:+@-]*$/, notASocket);

/** What the machine would miss if the device lost its power. */
export const usbUse = z.object({
  kind: z.enum(['keyboard', 'mouse', 'system-disk', 'disk', 'network', 'serial', 'audio', 'video']),
  /** `the disk with /`, `eth1`, `/dev/ttyACM0`. */
  what: z.string(),
});
export type UsbUse = z.infer<typeof usbUse>;

export const usbDevice = z.object({
  /** The kernel's name, until the next replug: `1-1.3`. */
  name: z.string(),
  ...usbIdentity.shape,
  manufacturer: z.string().nullable(),
  product: z.string().nullable(),
  speedMbps: z.number().nullable(),
  /** The hub this device is; null for what is no hub. */
  hubId: z.string().nullable(),
  uses: z.array(usbUse),
});
export type UsbDevice = z.infer<typeof usbDevice>;

/**
 * What a hub says of its ports (`wHubCharacteristics`, USB 2.0 section 11.23.2.1). `per-port`: each alone; `ganged`: all
 * at once; `none`: never; `unknown`: it could not be asked. What it says may be a lie: the power-truth test tells.
 */
export const hubSwitching = z.enum(['per-port', 'ganged', 'none', 'unknown']);
export type HubSwitching = z.infer<typeof hubSwitching>;

export const usbSocket = z.object({
  socketId,
  /** As printed on the hub, we hope. */
  port: z.int(),
  /** `desk hub, port 3`. */
  label: z.string(),
  /** By the hub's own word; null: it cannot be asked. */
  powered: z.boolean().nullable(),
  /** USB 2 and USB 3 half: at most one of each. */
  devices: z.array(usbDevice),
  /** Boards with a port behind this socket, powered by it, or with their own device in it. */
  boards: z.array(boardId),
});
export type UsbSocket = z.infer<typeof usbSocket>;

export const usbHub = z.object({
  /** The socket the hub is plugged into; a root hub's is its controller. */
  hubId: z.string(),
  /** What the user calls it; null: not named. */
  name: z.string().nullable(),
  /** `desk hub`, or what can be said without a name: `Genesys USB2.0 Hub in port 1`. */
  label: z.string(),
  root: z.boolean(),
  ...usbIdentity.shape,
  switching: hubSwitching,
  /** How its ports could be switched here and now; null with the reason in `switchingProblem`. */
  method: z.enum(['disable', 'uhubctl']).nullable(),
  switchingProblem: z.string().nullable(),
  /** Lights at its ports that can be set. */
  indicators: z.boolean(),
  sockets: z.array(usbSocket),
});
export type UsbHub = z.infer<typeof usbHub>;

/** Every hub, root hubs first, each before the hubs behind it. */
export const usbTree = z.object({ revision: z.int(), hubs: z.array(usbHub) });
export type UsbTree = z.infer<typeof usbTree>;

export const usbContract = {
  tree: oc
    .route({ method: 'GET', path: '/usb', summary: 'USB hubs, their sockets and what is plugged in' })
    .output(usbTree),
  nameHub: oc
    .route({
      method: 'PUT',
      path: '/usb/hubs/{hubId}/name',
      summary: 'Name a hub: "desk hub"; null forgets it',
    })
    .errors({ NOT_FOUND, BAD_REQUEST })
    .input(z.strictObject({ hubId: z.string().max(255), name: z.string().trim().min(1).max(40).nullable() }))
    .output(usbTree),
  changes: oc
    .route({ method: 'GET', path: '/events/usb', summary: 'USB hubs, now and at each change (events)' })
    .output(eventIterator(usbTree)),
};
