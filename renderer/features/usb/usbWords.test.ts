import { expect, test } from 'vitest';
import type { UsbHub } from '../../../main/contract/index.ts';
import { fakeHub } from '../../../test/fakes/fakeHub.ts';
import { inTreeOrder, powerWord } from './usbWords.ts';

/** A hub whose ports have these hubs in them. */
function hub(hubId: string, root: boolean, behind: Record<number, string> = {}): UsbHub {
  const made = fakeHub(behind, { hubId, root });
  return {
    ...made,
    sockets: made.sockets.map((socket) => ({
      ...socket,
      devices: socket.devices.map((device) => ({ ...device, hubId: behind[socket.port] ?? null })),
    })),
  };
}

test('each hub is followed by those behind it, port by port', () => {
  const hubs = [
    hub('root-1', true, { 1: 'a', 3: 'b' }),
    hub('root-2', true),
    hub('b', false),
    hub('a', false, { 2: 'deep' }),
    hub('deep', false),
  ];
  expect(inTreeOrder({ revision: 1, hubs }).map(({ hub, depth }) => [hub.hubId, depth])).toEqual([
    ['root-1', 0],
    ['a', 1],
    ['deep', 2],
    ['b', 1],
    ['root-2', 0],
  ]);
});

test('a hub that hangs on nothing known, or on itself, is still shown once', () => {
  const hubs = [hub('lost', false, { 1: 'lost' }), hub('root', true)];
  expect(inTreeOrder({ revision: 1, hubs }).map(({ hub }) => hub.hubId)).toEqual(['root', 'lost']);
});

test('power that cannot be asked is neither on nor off', () => {
  expect([true, false, null].map((powered) => powerWord(powered).tone)).toEqual(['on', 'off', 'unknown']);
});
