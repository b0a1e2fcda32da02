import { eventIterator, oc } from '@orpc/contract';
import { z } from 'zod';
import { labErrors } from './errors.ts';
import { instanceRef } from './instances.ts';

const { NOT_FOUND, CONFLICT, TIMEOUT, COMMAND_FAILED, MISSING_DEPENDENCY, PERMISSION_DENIED } = labErrors;

const byShell = z.strictObject({ shellId: z.string().max(64) });
const size = { columns: z.int().min(2).max(1000), rows: z.int().min(1).max(1000) };

/** `manage`: LAVA's own Django shell. `container`: a shell as root of the container. */
export const shellKind = z.enum(['manage', 'container']);
export type ShellKind = z.infer<typeof shellKind>;

/** What a shell printed since the last event, or that it ended. */
export const shellEvent = z.discriminatedUnion('type', [
  z.object({ type: z.literal('output'), data: z.base64() }),
  z.object({ type: z.literal('exited'), exitCode: z.int().nullable() }),
]);
export type ShellEvent = z.infer<typeof shellEvent>;

/** Shells inside an instance, for a terminal. One lives while somebody listens to it, and a minute longer. */
export const shellsContract = {
  open: oc
    .route({ method: 'POST', path: '/instances/{name}/shells', successStatus: 201, summary: 'Open a shell' })
    .errors({ NOT_FOUND, CONFLICT, TIMEOUT, COMMAND_FAILED, MISSING_DEPENDENCY, PERMISSION_DENIED })
    .input(z.strictObject({ name: instanceRef, kind: shellKind, ...size }))
    .output(byShell),
  output: oc
    .route({ method: 'GET', path: '/events/shells/{shellId}', summary: 'What it prints (events)' })
    .errors({ NOT_FOUND })
    .input(byShell)
    .output(eventIterator(shellEvent)),
  write: oc
    .route({ method: 'POST', path: '/shells/{shellId}/write', summary: 'Type into it', successStatus: 204 })
    .errors({ NOT_FOUND })
    .input(byShell.extend({ data: z.base64().max(1024 * 1024) }))
    .output(z.void()),
  resize: oc
    .route({
      method: 'POST',
      path: '/shells/{shellId}/resize',
      summary: 'Tell it its size',
      successStatus: 204,
    })
    .errors({ NOT_FOUND })
    .input(byShell.extend(size))
    .output(z.void()),
  close: oc
    .route({ method: 'DELETE', path: '/shells/{shellId}', summary: 'End it', successStatus: 204 })
    .errors({ NOT_FOUND })
    .input(byShell)
    .output(z.void()),
};
