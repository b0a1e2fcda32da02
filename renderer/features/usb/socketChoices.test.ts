import { expect, test } from 'vitest';
import type { Port, UsbDevice, UsbHub, UsbSocket, UsbTree } from '../../../main/contract/index.ts';
import { socketCaution, socketChoices } from './socketChoices.ts';

const device = (product: string, hubId: string | null = null) =>
  ({ name: product, product, hubId, uses: [] }) as unknown as UsbDevice;
const socket = (socketId: string, label: string, devices: UsbDevice[] = []) =>
  ({ socketId, label, port: 1, devices, boards: [] }) as unknown as UsbSocket;
const hub = (hubId: string, label: string, sockets: UsbSocket[], root = false) =>
  ({ hubId, label, root, sockets }) as unknown as UsbHub;

const tree: UsbTree = {
  revision: 1,
  hubs: [
    hub('c', 'this computer', [socket('c:1', 'USB port 1', [device('Hub', 'c:1')])], true),
    hub('c:1', 'desk hub', [
      socket('c:1.1', 'desk hub, port 1', [device('AM335x USB')]),
      socket('c:1.2', 'desk hub, port 2', [device('FT232R')]),
    ]),
  ],
};
const ports = [
  { socket: 'c:1.2', boundTo: { boardId: 'beagle', role: 'console main' } },
] as unknown as readonly Port[];

test('sockets are offered under their hubs, each with a label that says where it is by itself', () => {
  expect(socketChoices(tree, undefined)).toEqual([
    { group: 'this computer', items: [{ value: 'c:1', label: 'USB port 1 · Hub' }] },
    {
      group: 'desk hub',
      items: [
        { value: 'c:1.1', label: 'desk hub, port 1 · AM335x USB' },
        { value: 'c:1.2', label: 'desk hub, port 2 · FT232R' },
      ],
    },
  ]);
});

test('a socket that can tell nothing is told before it is chosen for good', () => {
  const caution = (socketId: string, boardId = 'beagle') => socketCaution(tree, ports, socketId, boardId);
  expect(caution('c:1.1')).toBeNull();
  expect(caution('c:1.2')).toContain('console main is plugged in there');
  expect(caution('c:1.2', 'another')).toBeNull();
  expect(caution('c:1')).toContain('choose a port of that hub');
  expect(caution('gone')).toContain('not there now');
});
