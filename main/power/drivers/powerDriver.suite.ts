import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { Leds } from '../../contract/index.ts';
import type { PowerDriver } from '../powerDriver.ts';

/** An outlet with its driver, seen from both sides. */
export interface DriverRig {
  readonly driver: PowerDriver;
  /** What the outlet itself holds, once it has heard all that was sent; LEDs it has not are dark. */
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
    const hasNoLeds = () => rig.driver.can.leds === 0;
    beforeEach(async () => {
      rig = await makeRig();
    });
    afterEach(() => rig.dispose());

    test('a fresh outlet was never commanded, and making its driver sends nothing', async () => {
      expect(rig.driver.commanded).toEqual({ state: null, atMs: null, leds: dark });
      expect(rig.driver.doubt).toBeNull();
      expect(rig.driver.label).not.toBe('');
      expect(rig.commands()).toBe(0);
    });

    test('on is on and off is off, and both are remembered as commanded', async () => {
      for (const state of ['on', 'off', 'on'] as const) {
        await rig.driver.set(state, never);
        expect((await rig.actual()).power).toBe(state === 'on');
        expect(rig.driver.commanded).toMatchObject({ state, atMs: expect.any(Number) });
        expect(rig.driver.doubt).toBeNull();
      }
    });

    test('an LED change never touches power, nor another LED', async ({ skip }) => {
      skip(hasNoLeds(), 'it has no LEDs');
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
          if (led > rig.driver.can.leds) continue;
          await rig.driver.setLed(led, on, never);
          expected[led - 1] = on;
          expect(await rig.actual()).toEqual({ power: power === 'on', leds: expected });
          expect(rig.driver.commanded).toMatchObject({ state: power, leds: expected });
        }
      }
    });

    test('all LEDs at once are one command, and power stays', async ({ skip }) => {
      const { driver } = rig;
      skip(!driver.setLeds, 'it sets them one by one');
      await driver.set('on', never);
      await rig.actual();
      const sent = rig.commands();
      await driver.setLeds?.([true, false, true], never);
      expect(await rig.actual()).toEqual({ power: true, leds: [true, false, true] });
      expect(rig.commands()).toBe(sent + 1);
      expect(driver.commanded).toMatchObject({ state: 'on', leds: [true, false, true] });
    });

    test('a power change never touches an LED', async ({ skip }) => {
      skip(hasNoLeds(), 'it has no LEDs');
      await rig.driver.set('off', never);
      const led = Math.min(2, rig.driver.can.leds);
      await rig.driver.setLed(led, true, never);
      const { leds } = await rig.actual();
      expect(leds[led - 1]).toBe(true);
      for (const state of ['on', 'off'] as const) {
        await rig.driver.set(state, never);
        expect(await rig.actual()).toEqual({ power: state === 'on', leds });
      }
    });

    test('a restart moves nothing, and what was commanded is still known', async () => {
      await rig.driver.set('on', never);
      await rig.actual();
      const [sent, { commanded }] = [rig.commands(), rig.driver];
      const again = await rig.restart();
      expect(again.commanded).toMatchObject({ state: 'on', atMs: commanded.atMs });
      expect(again.doubt).toBeNull();
      expect(rig.commands()).toBe(sent);
      expect((await rig.actual()).power).toBe(true);
    });

    test('after a restart the next LED keeps power and the other LEDs as they were', async ({ skip }) => {
      skip(rig.driver.can.leds < 3, 'it has fewer LEDs');
      await rig.driver.set('on', never);
      await rig.driver.setLed(1, true, never);
      await rig.actual();
      const again = await rig.restart();
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
      if (rig.driver.can.leds > 0) await rig.driver.setLed(1, true, never, () => seen.push(rig.commands()));
      expect(seen).toEqual(rig.driver.can.leds > 0 ? [sent, sent + 1] : [sent]);
    });

    test('a command whose caller gave up is not sent, not announced and not remembered', async () => {
      await rig.driver.set('off', never);
      await rig.actual();
      const sent = rig.commands();
      const announced: string[] = [];
      const gone = AbortSignal.abort(new Error('gave up'));
      await expect(rig.driver.set('on', gone, (d) => announced.push(d))).rejects.toThrow('gave up');
      if (rig.driver.can.leds > 0)
        await expect(rig.driver.setLed(1, true, gone, (d) => announced.push(d))).rejects.toThrow('gave up');
      if (rig.driver.cycle)
        await expect(rig.driver.cycle(0, gone, (d) => announced.push(d))).rejects.toThrow('gave up');
      expect(await rig.actual()).toEqual({ power: false, leds: dark });
      expect([rig.commands(), announced]).toEqual([sent, []]);
      expect(rig.driver.commanded).toMatchObject({ state: 'off', leds: dark });
      expect(rig.driver.doubt).toBeNull();
    });

    test('an LED it does not have is refused, and nothing is sent', async () => {
      await rig.driver.set('on', never);
      await rig.actual();
      const sent = rig.commands();
      const announced: string[] = [];
      const code = hasNoLeds() ? 'UNSUPPORTED' : 'BAD_REQUEST';
      for (const led of [0, rig.driver.can.leds + 1])
        await expect(rig.driver.setLed(led, true, never, (d) => announced.push(d))).rejects.toMatchObject({
          code,
        });
      expect(await rig.actual()).toEqual({ power: true, leds: dark });
      expect([rig.commands(), announced]).toEqual([sent, []]);
    });

    test('a cycle of its own ends on, announced once, and is remembered as on', async ({ skip }) => {
      const { driver } = rig;
      skip(!driver.cycle, 'off, wait, on is done with set');
      for (const before of ['on', 'off'] as const) {
        await driver.set(before, never);
        const announced: string[] = [];
        await driver.cycle?.(0, never, (detail) => announced.push(detail));
        expect((await rig.actual()).power).toBe(true);
        expect(driver.commanded.state).toBe('on');
        expect(driver.doubt).toBeNull();
        expect(announced).toHaveLength(1);
      }
    });

    test('what it reads is the truth or "unknown", never the last command', async () => {
      for (const state of ['on', 'off'] as const) {
        await rig.driver.set(state, never);
        const { power } = await rig.actual();
        expect(await rig.driver.read(never)).toBe(
          rig.driver.can.readBack ? (power ? 'on' : 'off') : 'unknown',
        );
      }
    });
  });
}
