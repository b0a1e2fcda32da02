import { oc } from '@orpc/contract';
import { z } from 'zod';
import { labErrors } from './errors.ts';
import { consoleRef } from './ids.ts';

const { NOT_FOUND, BAD_REQUEST, CONFLICT, PERMISSION_DENIED } = labErrors;

const readOnly = z.boolean().default(false).describe('clients see, and may not type');

/** Shares over the network listen on this machine alone unless told otherwise, and then want a token or a consent. */
const networkShare = z
  .strictObject({
    port: z.int().min(0).max(65_535).default(0).describe('0: any free one, kept from then on'),
    readOnly,
    address: z.union([z.ipv4(), z.ipv6()]).default('127.0.0.1').describe('0.0.0.0: everybody in the network'),
    token: z
      .string()
      .min(8)
      .max(200)
      .regex(/^[\x21-\x7e]+$/, 'use printable characters without spaces')
      .nullable()
      .default(null)
      .describe('clients must send it as their first line'),
    consent: z.boolean().default(false).describe('yes, without a token, everybody who can reach it may type'),
  })
  .refine((share) => isLoopback(share.address) || share.token !== null || share.consent, {
    path: ['consent'],
    message: 'another address than 127.0.0.1 needs a token, or consent: true',
  });
export type NetworkShare = z.infer<typeof networkShare>;

/** Which doors a console has beside the window. What is left out or null is closed. */
export const sharing = z.strictObject({
  /** Raw bytes on a unix socket that only this user may open. */
  unix: z.strictObject({ readOnly }).nullable().default(null),
  /** Telnet with RFC 2217. */
  telnet: networkShare.nullable().default(null),
  /** Raw bytes on a TCP port. */
  tcp: networkShare.nullable().default(null),
});
export type Sharing = z.infer<typeof sharing>;

const openNetworkShare = z.object({
  /** The real port. */
  port: z.int(),
  readOnly: z.boolean(),
  address: z.string(),
  withToken: z.boolean(),
  /** Reachable from other machines. */
  exposed: z.boolean(),
});

/** The doors as they stand now. */
export const sharingState = z.object({
  unix: z.object({ path: z.string(), readOnly: z.boolean() }).nullable(),
  telnet: openNetworkShare.nullable(),
  tcp: openNetworkShare.nullable(),
  /** Who is connected through them. */
  clients: z.array(z.object({ clientId: z.string(), who: z.string(), readOnly: z.boolean() })),
  /** Why a door that should be open is not; null: all is well. */
  problem: z.string().nullable(),
});
export type SharingState = z.infer<typeof sharingState>;

export const closedSharing: SharingState = {
  unix: null,
  telnet: null,
  tcp: null,
  clients: [],
  problem: null,
};

/** Whether only programs of this machine can reach `address`. */
export function isLoopback(address: string): boolean {
  return address === '::1' || /^127(\.\d{1,3}){3}$/.test(address);
}

export const sharingContract = {
  read: oc
    .route({ method: 'GET', path: '/consoles/{consoleId}/sharing', summary: 'How the console is shared' })
    .errors({ NOT_FOUND })
    .input(z.strictObject({ consoleId: consoleRef }))
    .output(sharingState),
  set: oc
    .route({
      method: 'PUT',
      path: '/consoles/{consoleId}/sharing',
      summary: 'Share it; answers the real ports',
    })
    .errors({ NOT_FOUND, BAD_REQUEST, CONFLICT, PERMISSION_DENIED })
    .input(sharing.extend({ consoleId: consoleRef }))
    .output(sharingState),
};
