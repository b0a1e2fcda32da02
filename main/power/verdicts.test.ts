import { mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { systemClock } from '../base/clock.ts';
import { silentLogger } from '../base/logger.ts';
import { type BoardId, newBoard, type PowerVerdict } from '../contract/index.ts';
import { NoticesService } from '../notices/index.ts';
import { outletNameOf, Verdicts } from './verdicts.ts';

let dir: string;
let notices: NoticesService;
beforeEach(async () => {
  dir = await mkdtemp(path.join(tmpdir(), 'labdeck-verdicts-'));
  notices = new NoticesService(systemClock);
});
afterEach(() => rm(dir, { recursive: true, force: true }));

async function open(): Promise<Verdicts> {
  const verdicts = new Verdicts({ dir, logger: silentLogger, notices });
  await verdicts.load();
  return verdicts;
}
const lies: PowerVerdict = { outcome: 'lies', atMs: 1, text: 'why', seen: [], others: ['b' as BoardId] };

const outlet = { outlet: 'outlet', hub: null };
const hub = { vendorId: '05e3', productId: '0610', serialNumber: null };

test('a verdict belongs to one board and one outlet, over restarts', async () => {
  await (await open()).set('key', outlet, lies);
  const again = await open();
  expect(again.get('key', outlet)).toEqual(lies);
  expect(again.get('key', { ...outlet, outlet: 'another' })).toBeNull();
  expect(again.get('another key', outlet)).toBeNull();
  await again.forget('key');
  expect((await open()).get('key', outlet)).toBeNull();
});

test('a verdict is not handed on to another hub in the same place, and counts again for the old one', async () => {
  await (await open()).set('key', { ...outlet, hub }, lies);
  const verdicts = await open();
  const of = (now: typeof hub | { serialNumber: string } | null) =>
    verdicts.get('key', { ...outlet, hub: now && { ...hub, ...now } });
  expect(of(hub)).toEqual(lies);
  expect(of({ ...hub, productId: '0608' })).toBeNull();
  expect(of({ serialNumber: 'S1' })).toBeNull();
  expect(of(null)).toEqual(lies);
  await verdicts.rename('b' as BoardId, 'c' as BoardId);
  expect(of({ ...hub, productId: '0608' })).toBeNull();
  expect(of(hub)).not.toBeNull();
});

test('a verdict from before hubs were kept counts for whatever hub is there', async () => {
  const old = { version: 1, verdicts: { key: { outlet: 'outlet', verdict: lies } } };
  await writeFile(path.join(dir, 'power-verdicts.json'), JSON.stringify(old));
  expect((await open()).get('key', { ...outlet, hub })).toEqual(lies);
  expect(notices.list()).toEqual([]);
});

test('a board that is renamed keeps its place in the verdicts of others', async () => {
  const verdicts = await open();
  await verdicts.set('key', outlet, lies);
  await verdicts.rename('b' as BoardId, 'c' as BoardId);
  expect((await open()).get('key', outlet)?.others).toEqual(['c']);
});

test('a damaged file is kept and told, and nothing is believed of it', async () => {
  await writeFile(path.join(dir, 'power-verdicts.json'), '{ "version": 1, "verdicts": { "key": 7 } }');
  expect((await open()).get('key', outlet)).toBeNull();
  expect(notices.list()).toHaveLength(1);
  expect((await readdir(dir)).some((name) => name.includes('damaged'))).toBe(true);
});

test('who sits in the socket of a cable is no part of its name; where it is, is', () => {
  const on = (value: string, occupant?: object) => {
    const match = { by: 'path', value, ...(occupant ? { occupant } : {}) };
    return outletNameOf(newBoard.parse({ name: 'b', power: { kind: 'acm-cable', match } }));
  };
  const somebody = { vendorId: '0483', productId: '5740', serialNumber: null };
  expect(on('a', somebody)).toBe(on('a'));
  expect(on('b')).not.toBe(on('a'));
});
