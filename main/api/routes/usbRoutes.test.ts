import { call } from '@orpc/server';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { FakeUsb } from '../../../test/fakes/fakeUsb.ts';
import { usbServiceOn } from '../../../test/fakes/usbServiceOn.ts';
import { Emitter } from '../../base/emitter.ts';
import type { BoardId, UsbTree } from '../../contract/index.ts';
import type { UsbService } from '../../usb/index.ts';
import type { ApiContext, Services } from '../context.ts';
import { usbRoutes } from './usbRoutes.ts';

const context: ApiContext = { caller: { clientId: 'test', who: 'test', connected: true } };
const socket = 'pci-0000:00:14.0-usb-0:1.2';

let fake: FakeUsb;
let usb: UsbService;
let boardOn: Map<string, BoardId[]>;
const boards = { revision: 5, changed: new Emitter<unknown>() };
let routes: ReturnType<typeof usbRoutes>['usb'];

beforeEach(async () => {
  fake = new FakeUsb();
  fake.rootHub(1);
  fake.plug('1-1', { ports: 4, product: 'Desk Hub' });
  fake.plug('1-1.2', { serial: 'A1' });
  boardOn = new Map();
  usb = usbServiceOn(fake, { boards: () => boardOn });
  await usb.refresh();
  const quiet = { revision: 0, onDidChange: new Emitter<unknown>().event };
  routes = usbRoutes({
    usb,
    boards: { revision: boards.revision, onDidChange: boards.changed.event },
    ports: quiet,
  } as unknown as Services).usb;
});
afterEach(() => {
  usb.dispose();
  fake.dispose();
});

test('the tree keeps the contract', async () => {
  const tree = await call(routes.tree, undefined, { context });
  expect(tree.hubs.map((hub) => hub.label)).toEqual(['this computer', 'Desk Hub in port 1']);
  expect(tree.hubs[1]?.sockets[1]).toMatchObject({ socketId: socket, devices: [{ serialNumber: 'A1' }] });
});

test('a hub gets its name, one that is not there is refused', async () => {
  const named = await call(
    routes.nameHub,
    { hubId: 'pci-0000:00:14.0-usb-0:1', name: 'desk hub' },
    { context },
  );
  expect(named.hubs[1]?.sockets[1]?.label).toBe('desk hub, port 2');
  await expect(call(routes.nameHub, { hubId: 'nowhere', name: 'x' }, { context })).rejects.toMatchObject({
    code: 'NOT_FOUND',
  });
});

test('clients hear of a board that comes to a socket, though no cable moved', async () => {
  const events = (await call(routes.changes, undefined, { context })) as AsyncGenerator<UsbTree, void>;
  const first = await events.next();
  expect((first.value as UsbTree).hubs[1]?.sockets[1]?.boards).toEqual([]);
  boardOn.set(socket, ['beagle' as BoardId]);
  boards.changed.fire(undefined);
  const second = await events.next();
  expect((second.value as UsbTree).hubs[1]?.sockets[1]?.boards).toEqual(['beagle']);
  await events.return();
});
