import { eventIterator, oc } from '@orpc/contract';
import { z } from 'zod';
import { portId } from './ids.ts';

/**
 * How a board finds its port again. Never a ttyACM/ttyUSB number: the kernel hands those out anew.
 * `id` and `path` are names in /dev/serial/by-id and /dev/serial/by-path; `device` is a stable path of the
 * user's own making, such as a udev symlink or the end of a pty.
 */
export const portMatch = z.discriminatedUnion('by', [
  z.strictObject({ by: z.literal('id'), value: z.string().min(1).max(255) }),
  z.strictObject({ by: z.literal('path'), value: z.string().min(1).max(255) }),
  z.strictObject({
    by: z.literal('device'),
    value: z
      .string()
      .max(4096)
      .regex(/^\//, 'give an absolute path')
      .regex(
        /^(?!\/dev\/tty(ACM|USB)\d+$)/,
        'a ttyACM or ttyUSB number changes when you replug: bind by id or by path',
      ),
  }),
]);
export type PortMatch = z.infer<typeof portMatch>;

export const portAccess = z.discriminatedUnion('ok', [
  z.object({ ok: z.literal(true) }),
  z.object({ ok: z.literal(false), reason: z.string(), hint: z.string() }),
]);
export type PortAccess = z.infer<typeof portAccess>;

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
