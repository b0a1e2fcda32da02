import { randomUUID } from 'node:crypto';
import type { IncomingMessage } from 'node:http';
import type { Caller, LeaseTable } from '../console/index.ts';

/** Printable, so that it can stand in a line of a terminal. */
const namePattern = /^[\x20-\x7e]{1,60}$/;

/** Names the clients of one kind as they come: `window`, `window 2`. */
export class CallerNames {
  readonly #next = new Map<string, number>();
  readonly #windows = new Set<string>();

  /** A client with a connection of its own. */
  connected(kind: 'window' | 'browser'): Caller {
    const number = (this.#next.get(kind) ?? 0) + 1;
    this.#next.set(kind, number);
    const clientId = randomUUID();
    if (kind === 'window') this.#windows.add(clientId);
    return { clientId, who: number === 1 ? kind : `${kind} ${number}`, connected: true };
  }

  /** Whether this client is, or was, a window of the desktop app. */
  isWindow(clientId: string): boolean {
    return this.#windows.has(clientId);
  }
}

/**
 * Who sends a REST request: the holder of the lease in `Labdeck-Lease`, or a script by the name in
 * `Labdeck-Client`. Scripts without a name are one client. Throws LabError LEASED when that lease has ended.
 */
export function callerOf(request: IncomingMessage, leases: LeaseTable): Caller {
  const leaseId = request.headers['labdeck-lease'];
  if (typeof leaseId === 'string') return leases.callerOf(leaseId);
  const given = request.headers['labdeck-client'];
  const who = typeof given === 'string' && namePattern.test(given.trim()) ? given.trim() : 'a script';
  return { clientId: `script:${who}`, who, connected: false };
}

/** Takes a lease of its own: a script's is known by its id alone, so that two scripts of one name stay apart. */
export function leaseTaker(caller: Caller): Caller {
  const isNew = !caller.connected && caller.clientId.startsWith('script:');
  return isNew ? { ...caller, clientId: randomUUID() } : caller;
}
