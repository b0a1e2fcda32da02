import { expect, test } from 'vitest';
import type { TeachSession } from '../../main/contract/index.ts';
import {
  AcmDevice,
  type PowerCable as Cable,
  PowerCable,
  setUpBench,
  socketIdOf,
  until,
} from './rig/index.ts';

const bench = setUpBench();

test('a board is taught by pulling its cables: console, power cable and hub socket', async () => {
  const adapter = await bench.guest.plug(new AcmDevice({ serialNumber: 'C1' }), 'desk.5');
  const cable = await bench.guest.plug(new PowerCable({ serialNumber: 'P1' }), 'desk.4');
  const board = await bench.guest.plug(new AcmDevice({ serialNumber: 'OTG' }), 'desk.3');
  await bench.guest.plug(new AcmDevice({ serialNumber: 'ELSE' }), 'desk.6');
  await until(
    () => bench.core.call<unknown[]>('GET', '/ports'),
    (ports) => ports.length === 4,
  );
  const { teachId } = await bench.core.call<TeachSession>('POST', '/teach');
  const session = (fits: (session: TeachSession) => boolean) =>
    until(() => bench.core.call<TeachSession>('GET', `/teach/${teachId}`), fits);
  const pull = async (role: string, device: AcmDevice | Cable, socket: string, found: number) => {
    await bench.core.call('POST', `/teach/${teachId}/watch`, { role });
    await bench.guest.unplug(device);
    await session(({ step }) => step === 'plug');
    await bench.guest.plug(device, socket);
    await session(({ step, found: list }) => step === 'ready' && list.length === found);
  };
  await pull('console', adapter, 'desk.5', 1);
  await pull('cable', cable, 'desk.4', 2);
  await pull('socket', board, 'desk.3', 3);
  const { found } = await session(() => true);
  expect(found.map(({ role, socket }) => [role, socket])).toEqual([
    ['console', null],
    ['cable', null],
    ['socket', socketIdOf('desk.3')],
  ]);

  const power = { kind: 'acm-cable', match: found[1]?.match };
  await bench.core.call('POST', `/teach/${teachId}/finish`, { name: 'beagle', power });
  await adapter.line.until(({ dtr }) => dtr);
  await bench.core.call('PUT', '/boards/beagle/power', { state: 'on' });
  await cable.line.until(({ received }) => received === '1');
  expect(await bench.core.call('GET', '/boards/beagle')).toMatchObject({
    consoles: [{ match: { by: 'serial', value: 'C1' } }],
    power: { kind: 'acm-cable', match: { by: 'serial', value: 'P1' } },
  });
});
