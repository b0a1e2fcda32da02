import { randomUUID } from 'node:crypto';
import type { IncomingMessage } from 'node:http';
import type { Caller, LeaseTable } from '../console/index.ts';

/** Printable, so that it can stand in a line of a terminal. */
const namePattern = /^[\x20-\x7e]{1,60}$/;
/** Begins the id of a script that is known by its name. */
const byName = 'script:';

/** The clients that have a connection of their own. */
export class CallerNames {
  /** The windows of the desktop app are one client: the person at this machine does not ask herself for leave. */
  readonly #window: Caller = { clientId: randomUUID(), who: 'window', connected: true };
  #windows = 0;
  #browsers = 0;

  window(): Caller {
    this.#windows += 1;
    return this.#window;
  }

  /** A window is gone; true when it was the last. */
  windowLeft(): boolean {
    this.#windows -= 1;
    return this.#windows === 0;
  }

  /** Each browser is somebody else: `browser`, `browser 2`. */
  browser(): Caller {
    this.#browsers += 1;
    const who = this.#browsers === 1 ? 'browser' : `browser ${this.#browsers}`;
    return { clientId: randomUUID(), who, connected: true };
  }

  isWindow(clientId: string): boolean {
    return clientId === this.#window.clientId;
  }
}

/**
 * Who sends a REST request: the holder of the lease in `Labdeck-Lease`, or a script by the name in
 * `Labdeck-Client`. Scripts without a name are one client. Throws LabError LEASED when that lease has ended, unless
 * the request is to give it back.
 */
export function callerOf(request: IncomingMessage, leases: LeaseTable): Caller {
  const leaseId = request.headers['labdeck-lease'];
  if (typeof leaseId === 'string')
    return isRelease(request) ? (leases.findCaller(leaseId) ?? nobody) : leases.callerOf(leaseId);
  const given = request.headers['labdeck-client'];
  const who = typeof given === 'string' && namePattern.test(given.trim()) ? given.trim() : 'a script';
  return { clientId: `${byName}${who}`, who, connected: false };
}

/**
 * Who holds what `caller` takes: a script's lease is known by its id alone, so that two scripts of one name stay
 * apart from then on.
 */
export function leaseTaker(caller: Caller): Caller {
  return caller.clientId.startsWith(byName) ? { ...caller, clientId: randomUUID() } : caller;
}

/** Its lease has ended, so it holds nothing. */
const nobody: Caller = { clientId: '', who: 'a script', connected: false };

/** What a script that ends does whatever became of its lease meanwhile. */
function isRelease({ method, url }: IncomingMessage): boolean {
  return method === 'DELETE' && /\/consoles\/[^/]+\/lease$/.test((url ?? '').split('?', 1)[0] ?? '');
}
