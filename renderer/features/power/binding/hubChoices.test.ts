import { expect, test } from 'vitest';
import type { UsbHub, UsbSocket, UsbTree } from '../../../../main/contract/index.ts';
import { hubCautions, hubChoices } from './hubChoices.ts';

const socket = (socketId: string, port: number, part: Partial<UsbSocket> = {}): UsbSocket =>
  ({
    socketId,
    port,
    label: `hub, port ${port}`,
    powered: true,
    devices: [],
    boards: [],
    ...part,
  }) as UsbSocket;
const hub = (label: string, part: Partial<UsbHub>): UsbHub =>
  ({
    label,
    switching: 'per-port',
    method: 'disable',
    switchingProblem: null,
    sockets: [],
    ...part,
  }) as UsbHub;
const tree = (...hubs: UsbHub[]): UsbTree => ({ revision: 1, hubs });

const keyboard = {
  name: '1-1.2',
  product: 'Keyboard',
  uses: [{ kind: 'keyboard', what: 'the keyboard' }],
} as unknown as UsbSocket['devices'][number];

test('ports stand under their hub, those that can be switched first, each with what hangs on it and whose it is', () => {
  const fixed = hub('root hub', { method: null, sockets: [socket('r1', 1)] });
  const desk = hub('desk hub', {
    sockets: [
      socket('d1', 1, { devices: [keyboard] }),
      socket('d2', 2, { boards: ['beagle', 'panda'] as unknown as UsbSocket['boards'] }),
    ],
  });
  expect(hubChoices(tree(fixed, desk, hub('bare', {})), 'beagle')).toEqual([
    {
      group: 'desk hub',
      items: [
        { value: 'd1', label: 'hub, port 1 · Keyboard' },
        { value: 'd2', label: 'hub, port 2 · empty · used by panda' },
      ],
    },
    { group: 'root hub (can’t be switched now)', items: [{ value: 'r1', label: 'hub, port 1 · empty' }] },
  ]);
});

test('what speaks against a port is said before it is chosen for good', () => {
  const ganged = hub('desk hub', {
    switching: 'ganged',
    switchingProblem: 'writing needs the udev rules',
    sockets: [socket('d1', 1, { devices: [keyboard] }), socket('d2', 2)],
  });
  expect(hubCautions(tree(ganged), 'd1')).toEqual([
    'writing needs the udev rules',
    'This hub says it switches all its ports at once.',
    'On it hang: the keyboard.',
  ]);
  expect(hubCautions(tree(ganged), 'gone')).toEqual(['This port is not there now.']);
  expect(hubCautions(tree(hub('h', { sockets: [socket('d2', 2)] })), 'd2')).toEqual([]);
});
