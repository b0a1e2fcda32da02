import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { Leds } from '../../contract/index.ts';
import type { PowerDriver } from '../powerDriver.ts';

/** An outlet with its driver, seen from both sides. */
export interface DriverRig {
  readonly driver: PowerDriver;
  /** What the outlet itself holds, once it has heard all that was sent. */
  actual(): Promise<{ power: boolean; leds: Leds }>;
  /** How many commands reached it. */
  commands(): number;
  /** The driver as after a restart of Labdeck; the outlet stays as it is. */
  restart(): Promise<PowerDriver>;
  dispose(): Promise<void>;
}

const never = new AbortController().signal;
const dark: Leds = [false, false, false];

/** What every power driver promises. */
export function describePowerDriver(name: string, makeRig: () => Promise<DriverRig>): void {
  describe(`power driver ${name}`, () => {
    let rig: DriverRig;
    beforeEach(async () => {
      rig = await makeRig();
    });
    afterEach(() => rig.dispose());

    test('a fresh outlet was never commanded, and making its driver sends nothing', async () => {
      expect(rig.driver.commanded).toEqual({ state: null, atMs: null, leds: dark });
      expect(rig.driver.doubt).toBeNull();
      expect(rig.commands()).toBe(0);
    });

    test('on is on and off is off, and both are remembered as commanded', async () => {
      for (const state of ['on', 'off', 'on'] as const) {
        await rig.driver.set(state, never);
        expect((await rig.actual()).power).toBe(state === 'on');
        expect(rig.driver.commanded).toMatchObject({ state, atMs: expect.any(Number) });
      }
    });

    test('an LED change never touches power, nor another LED', async () => {
      for (const power of ['on', 'off'] as const) {
        await rig.driver.set(power, never);
        const expected: [boolean, boolean, boolean] = [false, false, false];
        for (const [led, on] of [
          [1, true],
          [3, true],
          [2, true],
          [1, false],
          [3, false],
          [2, false],
        ] as const) {
          await rig.driver.setLed(led, on, never);
          expected[led - 1] = on;
          expect(await rig.actual()).toEqual({ power: power === 'on', leds: expected });
          expect(rig.driver.commanded).toMatchObject({ state: power, leds: expected });
        }
      }
    });

    test('a power change never touches an LED', async () => {
      await rig.driver.set('off', never);
      await rig.driver.setLed(2, true, never);
      for (const state of ['on', 'off'] as const) {
        await rig.driver.set(state, never);
        expect(await rig.actual()).toEqual({ power: state === 'on', leds: [false, true, false] });
      }
    });

    test('a restart moves nothing, and the next LED keeps power as it was', async () => {
      await rig.driver.set('on', never);
      await rig.driver.setLed(1, true, never);
      await rig.actual();
      const sent = rig.commands();
      const again = await rig.restart();
      expect(rig.commands()).toBe(sent);
      expect(again.commanded).toMatchObject({ state: 'on', leds: [true, false, false] });
      await again.setLed(3, true, never);
      expect(await rig.actual()).toEqual({ power: true, leds: [true, false, true] });
    });

    test('a command is announced once, before the outlet has it', async () => {
      await rig.driver.set('off', never);
      await rig.actual();
      const seen: number[] = [];
      const sent = rig.commands();
      await rig.driver.set('on', never, () => seen.push(rig.commands()));
      await rig.actual();
      await rig.driver.setLed(1, true, never, () => seen.push(rig.commands()));
      expect(seen).toEqual([sent, sent + 1]);
    });

    test('a command whose caller gave up is not sent, not announced and not remembered', async () => {
      await rig.driver.set('off', never);
      await rig.actual();
      const sent = rig.commands();
      const announced: string[] = [];
      const gone = AbortSignal.abort(new Error('gave up'));
      await expect(rig.driver.set('on', gone, (d) => announced.push(d))).rejects.toThrow('gave up');
      await expect(rig.driver.setLed(1, true, gone, (d) => announced.push(d))).rejects.toThrow('gave up');
      expect(await rig.actual()).toEqual({ power: false, leds: dark });
      expect([rig.commands(), announced]).toEqual([sent, []]);
      expect(rig.driver.commanded).toMatchObject({ state: 'off', leds: dark });
    });

    test('an LED it does not have is refused', async () => {
      await rig.driver.set('on', never);
      for (const led of [0, rig.driver.can.leds + 1])
        await expect(rig.driver.setLed(led, true, never)).rejects.toMatchObject({ code: 'BAD_REQUEST' });
      expect(await rig.actual()).toEqual({ power: true, leds: dark });
    });

    test('what it reads is the truth or "unknown", never the last command', async () => {
      await rig.driver.set('on', never);
      const { power } = await rig.actual();
      expect(await rig.driver.read(never)).toBe(rig.driver.can.readBack ? (power ? 'on' : 'off') : 'unknown');
    });
  });
}
