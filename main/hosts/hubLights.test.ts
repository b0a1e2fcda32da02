import { expect, test } from 'vitest';
import { Emitter } from '../base/emitter.ts';
import { silentLogger } from '../base/logger.ts';
import type { BoardId, LedState, UsbTree } from '../contract/index.ts';
import { boardLight } from './boardLight.ts';
import { hubLights } from './hubLights.ts';

const beagle = 'beagle' as BoardId;
const socket = 'pci-0000:00:14.0-usb-0:1.3';

/** A bench with one board at one hub port, whose light keeps what it was set to. */
function bench(indicators: boolean) {
  const shown: string[] = [];
  const parts = {
    boards: { find: () => ({ power: { kind: 'usb-hub-port', socket, method: 'auto' }, consoles: [] }) },
    ports: { resolve: () => null },
    usb: {
      tree: () =>
        ({ revision: 1, hubs: [{ indicators, sockets: [{ socketId: socket }] }] }) as unknown as UsbTree,
      setIndicator: async (id: string, indicator: string) => void shown.push(`${id} ${indicator}`),
    },
  } as unknown as Parameters<typeof boardLight>[1];
  return { shown, lightOf: () => boardLight(beagle, parts) };
}

test('the light at a board’s hub port says what its LEDs say, and is the hub’s again when nothing is said', async () => {
  const { shown, lightOf } = bench(true);
  const changed = new Emitter<BoardId>();
  let state: LedState | null = null;
  const leds = { ledState: () => state, onDidChange: changed.event };
  const lights = hubLights({ leds, lightOf, logger: silentLogger });
  for (const next of ['booting', 'master-image', 'failed', 'off', null] as const) {
    state = next;
    changed.fire(beagle);
    await expect.poll(() => shown.length).toBeGreaterThan(0);
    const expected = { booting: 'amber', 'master-image': 'green', failed: 'amber', off: 'off' };
    expect(shown.splice(0)).toEqual([`${socket} ${next === null ? 'auto' : expected[next]}`]);
  }
  lights.dispose();
  changed.fire(beagle);
  expect(shown).toEqual([]);
});

test('a hub without lights is left alone', () => {
  const { lightOf } = bench(false);
  expect(lightOf()).toBeNull();
});
