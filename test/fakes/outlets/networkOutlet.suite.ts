import { inspect } from 'node:util';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { LabErrorCode } from '../../../main/contract/index.ts';
import type { BackendOutlet } from '../../../main/power/drivers/backendOutlet.ts';
import { type DriverDeps, defaultTiming } from '../../../main/power/drivers/driverDeps.ts';
import { describePowerDriver } from '../../../main/power/drivers/powerDriver.suite.ts';
import { FakeClock } from '../fakeClock.ts';
import { DriverBench } from './driverBench.ts';
import type { Fault, OutletServer } from './outletServer.ts';

export interface NetworkOutletRig<S extends OutletServer> {
  readonly start: () => Promise<S>;
  readonly make: (server: S, deps: DriverDeps) => BackendOutlet;
  readonly isOn: (server: S) => boolean;
  readonly put: (server: S, isOn: boolean) => void;
  /** The server wants this password; left out where such a server knows none. */
  readonly lock?: (server: S, secret: string) => void;
  /** What it needs from the start. */
  readonly secret?: string;
  /** Longer than its deadline, where that is not the one of most. */
  readonly tooLateMs?: number;
}

/** `lock` of a server that has a password. */
export function byPassword(server: { password: string | null }, secret: string): void {
  server.password = secret;
}

const never = new AbortController().signal;
/** With what a query, a header and a shell would each take for something else. */
const password = 'k7 "%&+/=?#pass';

interface Expected {
  readonly code: LabErrorCode;
  /** May the outlet hold what it was told? */
  readonly doubt: boolean;
}

const doubtful: Expected = { code: 'COMMAND_FAILED', doubt: true };
const faults: readonly (readonly [Fault, Expected])[] = [
  ['half', doubtful],
  ['reset', doubtful],
  ['close', doubtful],
  ['no-http', doubtful],
  ['huge', doubtful],
  ['broken', doubtful],
  ['redirect', { code: 'COMMAND_FAILED', doubt: false }],
];
const jsonFaults: readonly Fault[] = ['html', 'other-json'];

/** What every driver of a network outlet promises, beside what every driver does. */
export function describeNetworkOutlet<S extends OutletServer>(name: string, rig: NetworkOutletRig<S>): void {
  describePowerDriver(name, async () => {
    const [bench, server] = [await DriverBench.make(), await rig.start()];
    bench.secret = rig.secret ?? null;
    const start = async () => rig.make(server, await bench.deps());
    return {
      driver: await start(),
      actual: async () => ({ power: rig.isOn(server), leds: [false, false, false] }),
      commands: () => server.commands,
      restart: start,
      dispose: async () => {
        await server.stop();
        await bench.dispose();
      },
    };
  });

  describe(`network outlet ${name}`, () => {
    let bench: DriverBench;
    let server: S;
    let driver: BackendOutlet;
    const start = async () => rig.make(server, await bench.deps());

    beforeEach(async () => {
      [bench, server] = [await DriverBench.make(), await rig.start()];
      bench.secret = rig.secret ?? null;
      driver = await start();
      await driver.set('off', never);
    });
    afterEach(async () => {
      await server.stop();
      await bench.dispose();
    });

    const failing = async (work: Promise<unknown>, code: LabErrorCode) => {
      const error = await work.then(
        () => expect.unreachable('it resolved'),
        (reason: unknown) => reason,
      );
      expect(error).toMatchObject({ code, hint: expect.stringMatching(/\w/) });
      for (const hidden of [password, encodeURIComponent(password), rig.secret ?? password])
        expect(inspect(error, { depth: 20, showHidden: true })).not.toContain(hidden);
    };

    for (const [fault, { code, doubt }] of faults)
      test(`an answer that is "${fault}" is a clear error, and the outlet ${doubt ? 'is in doubt' : 'is as it was'}`, async () => {
        server.fault = fault;
        await failing(driver.set('on', never), code);
        expect(driver.commanded.state).toBe('off');
        expect(driver.doubt === null).toBe(!doubt);
        expect((await start()).doubt === null).toBe(!doubt);
        expect(await driver.read(never)).toBe('unknown');
        server.fault = null;
        await driver.set('on', never);
        expect([rig.isOn(server), driver.commanded.state, driver.doubt]).toEqual([true, 'on', null]);
      });

    for (const fault of jsonFaults)
      test(`an answer that is "${fault}" is no state, and is named where an answer is read`, async ({
        skip,
      }) => {
        skip(!driver.can.readBack, 'its answers say nothing but their status');
        server.fault = fault;
        await failing(driver.set('on', never), 'COMMAND_FAILED');
        expect(driver.doubt).not.toBeNull();
        expect(await driver.read(never)).toBe('unknown');
        expect((await driver.measure?.(never)) ?? null).toBeNull();
      });

    for (const fault of ['hang', 'drip'] as const)
      test(`an outlet that does not come to an end ("${fault}") is given up at the deadline, and is in doubt`, async () => {
        const clock = new FakeClock();
        bench.clock = clock;
        driver = await start();
        await driver.read(never);
        server.fault = fault;
        const heard = server.heard.length;
        const set = failing(driver.set('on', never), 'TIMEOUT');
        await server.hears(heard + 1);
        await clock.pass(rig.tooLateMs ?? defaultTiming.requestMs);
        await set;
        expect(driver.commanded.state).toBe('off');
        expect(driver.doubt).not.toBeNull();
        expect(clock.sleeping).toBe(0);
      });

    test('an answer after the deadline changes nothing any more, and the next reading is the truth', async () => {
      const clock = new FakeClock();
      bench.clock = clock;
      driver = await start();
      await driver.read(never);
      server.fault = 'late';
      const heard = server.heard.length;
      const set = failing(driver.set('on', never), 'TIMEOUT');
      await server.hears(heard + 1);
      await clock.pass(rig.tooLateMs ?? defaultTiming.requestMs);
      await set;
      server.fault = null;
      server.answerNow();
      expect(await driver.read(never)).toBe(
        driver.can.readBack && rig.isOn(server) ? 'on' : driver.can.readBack ? 'off' : 'unknown',
      );
      expect(driver.commanded.state).toBe('off');
      expect(driver.doubt).not.toBeNull();
    });

    test('an outlet that sends us elsewhere is not followed, and the address is told without what was asked', async () => {
      server.fault = 'redirect';
      await expect(driver.set('on', never)).rejects.toMatchObject({
        code: 'COMMAND_FAILED',
        hint: expect.stringMatching(/http:\/\/127\.0\.0\.2\/[^?]*$/),
      });
    });

    test('a second answer to the same request is not heard', async () => {
      server.fault = 'twice';
      await driver.set('on', never);
      expect([rig.isOn(server), driver.commanded.state, driver.doubt]).toEqual([true, 'on', null]);
    });

    test('a connection that breaks after the outlet obeyed leaves doubt, and a restart keeps it', async () => {
      server.fault = 'reset-afterwards';
      await failing(driver.set('on', never), 'COMMAND_FAILED');
      expect(driver.doubt).not.toBeNull();
      const again = await start();
      expect([again.commanded.state, again.doubt]).toEqual(['off', driver.doubt]);
    });

    test('a caller who gives up in the middle gets his own reason, and the outlet is in doubt', async () => {
      server.fault = 'hang';
      const caller = new AbortController();
      const heard = server.heard.length;
      const set = driver.set('on', caller.signal);
      await server.hears(heard + 1);
      caller.abort(new Error('gave up'));
      await expect(set).rejects.toThrow('gave up');
      expect(driver.doubt).not.toBeNull();
    });

    test('a reading rejects only where its caller gives up', async ({ skip }) => {
      skip(!driver.can.readBack, 'it cannot be asked');
      server.fault = 'hang';
      const caller = new AbortController();
      const heard = server.heard.length;
      const read = driver.read(caller.signal);
      await server.hears(heard + 1);
      caller.abort(new Error('gave up'));
      await expect(read).rejects.toThrow('gave up');
    });

    test('nobody there: nothing was sent, nothing is in doubt', async () => {
      await server.stop();
      const announced: string[] = [];
      await failing(
        driver.set('on', never, (detail) => announced.push(detail)),
        'DEVICE_GONE',
      );
      expect(announced).toEqual([]);
      expect([driver.commanded.state, driver.doubt]).toEqual(['off', null]);
      expect(await driver.read(never)).toBe('unknown');
    });

    test('an outlet that says yes and stays as it is, is told', async ({ skip }) => {
      skip(!driver.can.readBack, 'it cannot be asked');
      server.isStuck = true;
      await expect(driver.set('on', never)).rejects.toMatchObject({ code: 'COMMAND_FAILED' });
      await expect(driver.set('on', never)).rejects.toThrow('still off');
      expect(driver.commanded.state).toBe('off');
      expect(await driver.read(never)).toBe('off');
    });

    test('what somebody else switched is read', async ({ skip }) => {
      skip(!driver.can.readBack, 'it cannot be asked');
      rig.put(server, true);
      expect(await driver.read(never)).toBe('on');
      rig.put(server, false);
      expect(await driver.read(never)).toBe('off');
    });

    test('without its password, or with a wrong one, nothing moves and nothing is in doubt', async ({
      skip,
    }) => {
      const { lock } = rig;
      if (!lock) return skip('it has no log-in');
      lock(server, rig.secret ?? password);
      for (const secret of [null, 'another one'] as const) {
        bench.secret = secret?.replaceAll(' ', '-') ?? null;
        await failing(driver.set('on', never), 'UNAUTHORIZED');
        expect([rig.isOn(server), driver.commanded.state, driver.doubt]).toEqual([false, 'off', null]);
        expect(await driver.read(never)).toBe('unknown');
      }
    });

    test('with its password it is switched and read, and the password is told to nobody', async ({
      skip,
    }) => {
      const { lock } = rig;
      if (!lock) return skip('it has no log-in');
      const secret = rig.secret ?? password;
      lock(server, secret);
      bench.secret = secret;
      const announced: string[] = [];
      await driver.set('on', never, (detail) => announced.push(detail));
      expect(rig.isOn(server)).toBe(true);
      expect(await driver.read(never)).toBe('on');
      expect(announced).toEqual([`on to ${driver.label}`]);
      expect(driver.identity).not.toContain(secret);
      for (const [fault] of faults) {
        server.fault = fault;
        await failing(driver.set('off', never), 'COMMAND_FAILED');
      }
    });
  });
}
