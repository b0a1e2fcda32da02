import { messageOf } from '../base/errno.ts';
import { plainText } from '../base/plainText.ts';
import type { Finding } from '../contract/index.ts';
import type { Check, Found } from './check.ts';
import type { Fix } from './fixes/fix.ts';

/** A finding with the fix as it runs; the contract's has the words of it. */
export interface Examined extends Omit<Finding, 'fix'> {
  readonly fix: Fix | null;
}

const usualTimeoutMs = 6000;

/**
 * Looks once. Never rejects: what could not be found out, or not in time, is a finding of its own. A check that hangs is
 * told to stop and not waited for.
 */
export async function runCheck(check: Check, signal: AbortSignal): Promise<Examined[]> {
  const timeoutMs = check.timeoutMs ?? usualTimeoutMs;
  const stop = new AbortController();
  const ended = AbortSignal.any([signal, stop.signal]);
  const timer = setTimeout(
    () => stop.abort(new Error(`there was no answer within ${timeoutMs / 1000} s`)),
    timeoutMs,
  );
  const late = new Promise<never>((_, reject) => {
    const give = () => reject(ended.reason);
    if (ended.aborted) give();
    else ended.addEventListener('abort', give, { once: true });
  });
  try {
    const found = await Promise.race([lookOf(check, ended), late]);
    return found.map((each) => examined(check, each));
  } catch (error) {
    return [examined(check, unknown(check, error))];
  } finally {
    clearTimeout(timer);
  }
}

/** What it throws before its first wait is a rejection too. */
async function lookOf(check: Check, signal: AbortSignal): Promise<Found[]> {
  return await check.look(signal);
}

function examined(check: Check, found: Found): Examined {
  return {
    findingId: found.about === undefined ? check.name : `${check.name}:${plainText(found.about)}`,
    group: check.group,
    severity: found.severity,
    title: plainText(found.title),
    what: plainText(found.what),
    why: plainText(found.why),
    fix: found.fix ?? null,
  };
}

function unknown(check: Check, error: unknown): Found {
  return {
    severity: 'unknown',
    title: `${check.title}: could not be found out`,
    what: `${messageOf(error)}.`.replace('..', '.'),
    why: 'What is not known here may be in order, or not.',
  };
}

const ranks: Readonly<Record<Finding['severity'], number>> = {
  error: 0,
  warning: 1,
  unknown: 2,
  info: 3,
  ok: 4,
};
const groups: readonly Finding['group'][] = ['ports', 'power', 'programs', 'instances', 'machine'];

/** Worst first; within that by group, in the order of what one notices first. */
export function worstFirst(a: Omit<Finding, 'fix'>, b: Omit<Finding, 'fix'>): number {
  return (
    ranks[a.severity] - ranks[b.severity] ||
    groups.indexOf(a.group) - groups.indexOf(b.group) ||
    a.findingId.localeCompare(b.findingId, 'en', { numeric: true })
  );
}
