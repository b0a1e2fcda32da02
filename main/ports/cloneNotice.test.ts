import { expect, test } from 'vitest';
import { fakePort } from '../../test/fakes/fakePort.ts';
import { systemClock } from '../base/clock.ts';
import { Emitter } from '../base/emitter.ts';
import { NoticesService } from '../notices/index.ts';
import { noticeClones } from './cloneNotice.ts';
import type { DetectedPort } from './enumeratePorts.ts';

test('of clones the user is told once, with where they are, and no longer when they are gone', () => {
  const notices = new NoticesService(systemClock);
  const changed = new Emitter<void>();
  let list: DetectedPort[] = [];
  const show = (...ports: DetectedPort[]) => {
    list = ports;
    changed.fire();
    return notices.list().map(({ title, text }) => `${title}. ${text}`);
  };
  const held = noticeClones(
    { list: () => [...list], labelOf: (socket) => `port ${socket.at(-1)}`, onDidChange: changed.event },
    notices,
  );
  const clones = ['1', '2'].flatMap((socket) =>
    // Both lines of each: one adapter is counted once.
    [0, 1].map((at) => fakePort({ socket, interface: at, serialNumber: '0001', sharedSerial: true })),
  );
  expect(show(fakePort({ serialNumber: 'A1' }))).toEqual([]);
  expect(show(...clones)).toEqual([
    'Two adapters call themselves FTDI FT232R (0001). Labdeck tells them apart by socket: keep each where it is. They are at port 1 and port 2.',
  ]);
  for (const { noticeId } of notices.list()) notices.dismiss(noticeId);
  expect(show(...clones, fakePort())).toEqual([]);
  expect(show()).toEqual([]);
  held.dispose();
});

test('the notice goes when one of them does', () => {
  const notices = new NoticesService(systemClock);
  const changed = new Emitter<void>();
  const [one, two] = ['1', '2'].map((socket) =>
    fakePort({ socket, serialNumber: '0001', sharedSerial: true }),
  );
  let list = [one, two].filter((port) => port !== undefined);
  noticeClones({ list: () => list, labelOf: () => null, onDidChange: changed.event }, notices);
  expect(notices.list()).toHaveLength(1);
  list = [fakePort({ serialNumber: '0001' })];
  changed.fire();
  expect(notices.list()).toEqual([]);
  changed.dispose();
});
