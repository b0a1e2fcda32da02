import { expect, test } from 'vitest';
import type { PowerReading, TeachSession, UsbTree } from '../../main/contract/index.ts';
import {
  AcmDevice,
  Board,
  type PowerCable as Cable,
  type PlugPoint,
  PowerCable,
  setUpBench,
  socketIdOf,
  until,
} from './rig/index.ts';

const bench = setUpBench();
const power = () => bench.core.call<PowerReading>('GET', '/boards/beagle/power');
const portsAre = (count: number) =>
  until(
    () => bench.core.call<unknown[]>('GET', '/ports'),
    (ports) => ports.length === count,
  );

/** A board's own USB device, in a socket that is fed all the time: it is there while the board has current. */
class Gadget extends AcmDevice {
  #isIn = false;
  #tail: Promise<void> = Promise.resolve();

  constructor(supply: Cable, socket: string) {
    super({ product: 'Beagle', serialNumber: 'OTG' });
    supply.onSwitch((on) => {
      this.#tail = this.#tail.then(() => this.#follow(on, socket));
    });
  }

  override async insert(at: PlugPoint): Promise<void> {
    await super.insert(at);
    this.#isIn = true;
  }

  override dispose(): void {
    super.dispose();
    this.#isIn = false;
  }

  async #follow(on: boolean, socket: string): Promise<void> {
    if (on === this.#isIn) return;
    if (on) await bench.guest.plug(this, socket);
    else await bench.guest.unplug(this);
  }
}

const switchTo = (state: string) => bench.core.call('PUT', '/boards/beagle/power', { state });
const hasWitness = (kind: string) => (reading: PowerReading) =>
  reading.witnesses.some((witness) => witness.kind === kind);

/** Resolves once Labdeck has seen the board's device come, which proves that it is on. */
async function switchOn(): Promise<void> {
  await switchTo('on');
  expect(await until(power, hasWitness('device-there'))).toMatchObject({ commanded: 'on', known: 'on' });
}

/** Resolves once Labdeck has seen the board's device leave and heard its console fall silent. */
async function switchOff(): Promise<PowerReading> {
  await switchTo('off');
  await until(
    () => bench.core.call<UsbTree>('GET', '/usb'),
    ({ hubs }) =>
      hubs
        .flatMap(({ sockets }) => sockets)
        .some(({ socketId, devices }) => socketId === socketIdOf('desk.3') && devices.length === 0),
  );
  return until(power, hasWitness('console-silent'));
}

test('a board is taught by pulling its cables: console, power cable and the socket of its own device', async () => {
  const adapter = await bench.guest.plug(new AcmDevice({ serialNumber: 'C1' }), 'desk.5');
  const cable = await bench.guest.plug(new PowerCable({ serialNumber: 'P1' }), 'desk.4');
  const board = new Board({ console: adapter.line, supply: cable, talksEveryMs: 500 });
  const gadget = new Gadget(cable, 'desk.3');
  await bench.guest.plug(new AcmDevice({ serialNumber: 'ELSE' }), 'desk.6');
  await portsAre(3);
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
  // Its own device is there once it runs: by hand, as before there was anything to bind.
  await bench.guest.output(['sh', '-c', 'printf 1 > /dev/serial/by-id/usb-Bench_Power_cable_P1-if00']);
  await cable.line.until(({ received }) => received === '1');
  await portsAre(4);
  await pull('socket', gadget, 'desk.3', 3);
  const { found } = await session(() => true);
  expect(found.map(({ role, socket }) => [role, socket])).toEqual([
    ['console', null],
    ['cable', null],
    ['socket', socketIdOf('desk.3')],
  ]);

  await bench.core.call('POST', `/teach/${teachId}/finish`, { name: 'beagle' });
  await adapter.line.until(({ dtr }) => dtr);
  expect(await bench.core.call('GET', '/boards/beagle')).toMatchObject({
    consoles: [{ match: { by: 'serial', value: 'C1' } }],
    power: { kind: 'acm-cable', match: { by: 'serial', value: 'P1' } },
    usbSocket: socketIdOf('desk.3'),
  });

  // What leaves more than five seconds after off does not count, and on a busy machine it is seen so late: then again.
  let off = await switchOff();
  for (let tries = 1; tries < 4 && off.known !== 'off'; tries += 1) {
    await switchOn();
    off = await switchOff();
  }
  expect(off).toMatchObject({
    evidence: { kind: 'device-gone', text: expect.stringContaining('its USB device left at power-off') },
  });
  await switchOn();
  expect(board.isOn).toBe(true);
  board.dispose();
});
