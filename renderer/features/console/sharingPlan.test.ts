import { expect, test } from 'vitest';
import { closedSharing, type SharingState, sharing } from '../../../main/contract/sharing.ts';
import {
  closedDoor,
  doorCommands,
  doorOf,
  everyInterface,
  isExposed,
  openDoors,
  planSharing,
} from './sharingPlan.ts';

const open = (part: Partial<NonNullable<SharingState['telnet']>> = {}) => ({
  port: 40123,
  readOnly: false,
  address: '127.0.0.1',
  withToken: false,
  exposed: false,
  ...part,
});
const shared = (part: Partial<SharingState>): SharingState => ({ ...closedSharing, ...part });

test('one door is changed and the others stay as they are, their ports too', () => {
  const state = shared({ telnet: open(), unix: { path: '/run/x', readOnly: true } });
  const plan = planSharing(state, { tcp: closedDoor }, {});
  if (!plan.ok) throw new Error('refused');
  expect(plan.sharing).toMatchObject({
    unix: { readOnly: true },
    telnet: { port: 40123, address: '127.0.0.1' },
    tcp: { port: 0 },
  });
  expect(sharing.safeParse(plan.sharing).success).toBe(true);
  expect(planSharing(state, { telnet: null, unix: null }, {})).toMatchObject({
    sharing: { unix: null, telnet: null, tcp: null },
  });
});

test('an exposed door keeps its token or its consent, and is never reopened without the token it had', () => {
  const guarded = shared({ telnet: open({ address: everyInterface, exposed: true, withToken: true }) });
  expect(planSharing(guarded, { unix: { readOnly: false } }, {})).toMatchObject({
    ok: false,
    problem: { message: expect.stringContaining('telnet') },
  });
  const known = planSharing(guarded, { unix: { readOnly: false } }, { telnet: 'correct-horse' });
  expect(known).toMatchObject({ sharing: { telnet: { token: 'correct-horse', consent: false } } });
  const consented = shared({ tcp: open({ address: everyInterface, exposed: true }) });
  const plan = planSharing(consented, { unix: { readOnly: false } }, {});
  expect(plan).toMatchObject({ sharing: { tcp: { token: null, consent: true } } });
  expect(plan.ok && sharing.safeParse(plan.sharing).success).toBe(true);
});

test('a door is changed in part: the rest of it stays', () => {
  expect(doorOf(shared({ tcp: open({ readOnly: true }) }), 'tcp', {})).toEqual({
    port: 40123,
    readOnly: true,
    address: '127.0.0.1',
    token: null,
    consent: false,
  });
  expect(doorOf(closedSharing, 'tcp', {})).toEqual(closedDoor);
});

test('says what is open and how to come in', () => {
  const state = shared({
    unix: { path: '/run/lab/beagle.main', readOnly: false },
    telnet: open({ address: everyInterface, exposed: true }),
    tcp: open({ port: 40124 }),
  });
  expect(openDoors(state)).toBe('telnet, raw TCP, unix socket');
  expect(openDoors(closedSharing)).toBe('');
  expect(isExposed(state)).toBe(true);
  expect(isExposed(shared({ tcp: open() }))).toBe(false);
  expect(doorCommands(state, 'unix')).toEqual(['socat - UNIX-CONNECT:/run/lab/beagle.main']);
  expect(doorCommands(state, 'telnet')).toEqual(['telnet 127.0.0.1 40123', 'rfc2217://127.0.0.1:40123']);
  expect(doorCommands(state, 'tcp')).toEqual(['nc 127.0.0.1 40124']);
});
