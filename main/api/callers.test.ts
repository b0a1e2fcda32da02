import { IncomingMessage } from 'node:http';
import { Socket } from 'node:net';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { systemClock } from '../base/clock.ts';
import { LeaseTable } from '../console/index.ts';
import type { ConsoleId } from '../contract/index.ts';
import { callerOf, leaseTaker } from './callers.ts';

const line = 'beagle.main' as ConsoleId;
const taking = { why: '', takeOver: false };
let leases: LeaseTable;
beforeEach(() => {
  leases = new LeaseTable(systemClock);
});
afterEach(() => leases.dispose());

function request(method: string, headers: Record<string, string>): IncomingMessage {
  const message = new IncomingMessage(new Socket());
  return Object.assign(message, { method, url: '/api/v1/consoles/beagle.main/lease?', headers });
}

function nightly() {
  return callerOf(request('POST', { 'labdeck-client': 'nightly' }), leases);
}

/** As the route does. */
function take() {
  const caller = nightly();
  return leases.take(line, caller, { ...taking, as: leaseTaker(caller) });
}

test('a script that typed by its name may take the console', () => {
  leases.use(line, nightly());
  const { leaseId } = take();
  expect(callerOf(request('POST', { 'labdeck-lease': leaseId }), leases).who).toBe('nightly');
});

test('two scripts of one name stay apart once one of them has taken the console', () => {
  take();
  expect(() => take()).toThrow(/nightly has this console/);
});

test('whoever shows its lease renews it, and stays who it is', () => {
  const { leaseId } = take();
  const holder = callerOf(request('POST', { 'labdeck-lease': leaseId }), leases);
  expect(leases.take(line, holder, { ...taking, as: leaseTaker(holder) }).leaseId).toBe(leaseId);
  expect(callerOf(request('POST', { 'labdeck-lease': leaseId }), leases)).toEqual(holder);
});

test('an ended lease is refused, but giving it back once more takes it from nobody', () => {
  const { leaseId } = take();
  const after = leases.take(
    line,
    { clientId: 'w1', who: 'window', connected: true },
    { why: '', takeOver: true },
  );
  expect(() => callerOf(request('POST', { 'labdeck-lease': leaseId }), leases)).toThrow(/ended/);
  const late = callerOf(request('DELETE', { 'labdeck-lease': leaseId }), leases);
  expect(leases.release(line, late)).toEqual(after.lease);
});
