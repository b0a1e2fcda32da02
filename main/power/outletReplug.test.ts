import { mkdtempSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { FakeClock } from '../../test/fakes/fakeClock.ts';
import { FakeDriver } from '../../test/fakes/fakeDriver.ts';
import type { BoardId } from '../contract/index.ts';
import { Outlet } from './outlet.ts';

const signal = new AbortController().signal;
let dir: string;
let node: string;

beforeEach(() => {
  dir = mkdtempSync(path.join(tmpdir(), 'labdeck-replug-'));
  node = path.join(dir, 'ttyACM0');
  writeFileSync(node, '');
});
afterEach(() => rmSync(dir, { recursive: true, force: true }));

test('a cable that is back under its old name before anybody looked may hold anything', async () => {
  const outlet = new Outlet({
    boardId: 'b' as BoardId,
    driver: new FakeDriver(new FakeClock(), { readBack: false, leds: 3 }),
    clock: new FakeClock(),
    node: () => node,
    audible: () => false,
    onChange: () => {},
  });
  try {
    await outlet.set('on', signal, () => {});
    outlet.lookAtPort();
    await outlet.setLed(1, true, signal, () => {});
    // As the kernel does: another node of the same name.
    writeFileSync(`${node}.new`, '');
    renameSync(`${node}.new`, node);
    await expect(outlet.setLed(1, true, signal, () => {})).rejects.toMatchObject({ code: 'CONFLICT' });
    expect(outlet.reading).toMatchObject({ commanded: 'on', known: 'unknown' });
    await outlet.set('on', signal, () => {});
    await outlet.setLed(1, true, signal, () => {});
  } finally {
    outlet.dispose();
  }
});
