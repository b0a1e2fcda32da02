import type { Client, ConsoleInfo, Lease } from '../../../main/contract/index.ts';
import type { LabProblem } from '../../lib/lab/labProblem.ts';

/** How a lease stands, seen from this window. `idle`: whoever types next has it. */
export type LeaseStanding = 'nobody' | 'yours' | 'idle' | 'theirs';

export function leaseStanding(lease: Lease | null, me: Client | null): LeaseStanding {
  if (lease === null) return 'nobody';
  if (lease.holder.clientId === me?.clientId) return 'yours';
  return lease.idle ? 'idle' : 'theirs';
}

/** `Ann has it: flashing`, `Ann is typing`. */
export function leaseText(lease: Lease): string {
  const doing = lease.kind === 'typing' ? 'is typing' : 'has it';
  return `${lease.holder.who} ${doing}${lease.why === '' ? '' : `: ${lease.why}`}`;
}

/** Why a key must not leave this window; null: it may, as far as the window knows. The core has the last word. */
export function typingRefusal(info: ConsoleInfo | undefined, me: Client | null): LabProblem | null {
  const lease = info?.lease ?? null;
  if (lease === null || me === null || leaseStanding(lease, me) !== 'theirs') return null;
  return {
    code: 'LEASED',
    message: `${leaseText(lease)}. Nothing was sent`,
    hint: null,
    field: null,
  };
}

/** Who took a console from this window while it was still using it. */
export interface LostLease {
  /** null: nobody has it now, such as after somebody switched the power off. */
  readonly to: string | null;
  readonly why: string;
}

/**
 * What there is to tell about a lease that changed: null where it was not ours, still is, or had gone idle,
 * which everybody may expect.
 */
export function lostLease(before: Lease | null, now: Lease | null, me: Client | null): LostLease | null {
  if (before === null || me === null || before.holder.clientId !== me.clientId || before.idle) return null;
  if (now === null) return before.kind === 'taken' ? { to: null, why: '' } : null;
  if (now.holder.clientId === me.clientId) return null;
  return { to: now.holder.who, why: now.why };
}
