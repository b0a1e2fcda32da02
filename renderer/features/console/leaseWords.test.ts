import { expect, test } from 'vitest';
import type { Client, ConsoleInfo, Lease } from '../../../main/contract/index.ts';
import { leaseStanding, leaseText, lostLease, typingRefusal } from './leaseWords.ts';

const me: Client = { clientId: 'w1', who: 'this computer' };
const ann: Client = { clientId: 'w2', who: 'Ann' };
const lease = (part: Partial<Lease> = {}): Lease => ({
  holder: ann,
  kind: 'taken',
  why: '',
  sinceMs: 0,
  untilMs: null,
  idle: false,
  asks: [],
  ...part,
});
const console_ = (held: Lease | null) => ({ lease: held }) as unknown as ConsoleInfo;

test('a console is nobody’s, ours, theirs, or free for whoever types next', () => {
  expect(leaseStanding(null, me)).toBe('nobody');
  expect(leaseStanding(lease({ holder: me, idle: true }), me)).toBe('yours');
  expect(leaseStanding(lease({ idle: true }), me)).toBe('idle');
  expect(leaseStanding(lease(), me)).toBe('theirs');
});

test('a lease says who, what and why', () => {
  expect(leaseText(lease({ why: 'flashing' }))).toBe('Ann has it: flashing');
  expect(leaseText(lease({ kind: 'typing' }))).toBe('Ann is typing');
});

test('keys are kept back only while another one really has the console', () => {
  expect(typingRefusal(console_(lease()), me)).toMatchObject({ code: 'LEASED' });
  expect(typingRefusal(console_(lease()), me)?.message).toContain('Nothing was sent');
  expect(typingRefusal(console_(lease({ idle: true })), me)).toBeNull();
  expect(typingRefusal(console_(lease({ holder: me })), me)).toBeNull();
  expect(typingRefusal(console_(null), me)).toBeNull();
  expect(typingRefusal(undefined, me)).toBeNull();
  expect(typingRefusal(console_(lease()), null)).toBeNull();
});

test('a take-over is news to who had it, an idle lease that changes hands is not', () => {
  const mine = lease({ holder: me });
  expect(lostLease(mine, lease({ why: 'urgent' }), me)).toEqual({ to: 'Ann', why: 'urgent' });
  expect(lostLease(mine, null, me)).toEqual({ to: null, why: '' });
  expect(lostLease(lease({ holder: me, kind: 'typing' }), null, me)).toBeNull();
  expect(lostLease(lease({ holder: me, idle: true }), lease(), me)).toBeNull();
  expect(lostLease(lease(), null, me)).toBeNull();
  expect(lostLease(mine, lease({ holder: me, why: 'longer' }), me)).toBeNull();
});
