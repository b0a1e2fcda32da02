import { mkdtempSync, rmSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { FakeCable } from '../fakes/fakeCable.ts';
import { HeadlessHost } from '../fakes/headlessHost.ts';

let dir: string;
let lab: HeadlessHost;
beforeAll(async () => {
  dir = mkdtempSync(join(tmpdir(), 'labdeck-shared-'));
  lab = await HeadlessHost.start(join(dir, 'data'));
});
afterAll(async () => {
  await lab?.stop();
  rmSync(dir, { recursive: true, force: true });
});

const onCable = (name: string, device: string) => ({
  name,
  power: { kind: 'acm-cable', match: { by: 'device', value: device } },
});

test('one cable under two names is refused, plugged in or not', async () => {
  const device = join(dir, 'cable');
  const link = join(dir, 'link');
  const cable = await FakeCable.plugIn({ device });
  symlinkSync(device, link);
  expect((await lab.rest('POST', '/boards', onCable('one', device))).status).toBe(201);
  for (const other of [device, join(dir, '.', 'cable'), `${dir}/../${dir.split('/').pop()}/cable`, link])
    expect((await lab.rest('POST', '/boards', onCable('two', other))).body).toMatchObject({
      code: 'CONFLICT',
    });
  await cable.unplug();
  expect((await lab.rest('POST', '/boards', onCable('two', `${dir}/./cable`))).body).toMatchObject({
    code: 'CONFLICT',
  });
  // While it is unplugged nobody can know that the link leads to it ...
  expect((await lab.rest('POST', '/boards', onCable('two', link))).status).toBe(201);
  await cable.replug();
  // ... but once it is there, neither moves what is the other's.
  for (const name of ['one', 'two'])
    expect((await lab.rest('PUT', `/boards/${name}/power`, { state: 'on' })).body).toMatchObject({
      code: 'CONFLICT',
    });
  expect(cable.received).toEqual([]);
  await lab.rest('DELETE', '/boards/one');
  await lab.rest('DELETE', '/boards/two');
  await cable.dispose();
});

test('a cable taken over in the middle of a cycle hears nothing of the old board, and keeps its mask', async () => {
  const device = join(dir, 'handed-on');
  const cable = await FakeCable.plugIn({ device });
  await lab.rest('POST', '/boards', onCable('old', device));
  await lab.rest('PUT', '/boards/old/power', { state: 'on' });
  const cycle = lab.rest('POST', '/boards/old/power/cycle', { offMs: 1_500 });
  await cable.heard(2);
  await lab.rest('DELETE', '/boards/old');
  await lab.rest('POST', '/boards', onCable('new', device));
  await lab.rest('PUT', '/boards/new/power', { state: 'off' });
  expect((await cycle).body).toMatchObject({ code: 'NOT_FOUND' });
  await new Promise((resolve) => setTimeout(resolve, 2_000));
  await lab.rest('PUT', '/boards/new/leds/1', { on: true });
  expect(await cable.heard(4)).toEqual(['1', '0', '0', '2']);
  await cable.dispose();
});
