import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { DriverBench } from '../../../test/fakes/outlets/driverBench.ts';
import { byPassword, describeNetworkOutlet } from '../../../test/fakes/outlets/networkOutlet.suite.ts';
import type { OutletServer } from '../../../test/fakes/outlets/outletServer.ts';
import { ShellyGen1Server } from '../../../test/fakes/outlets/shellyGen1Server.ts';
import { ShellyGen2Server } from '../../../test/fakes/outlets/shellyGen2Server.ts';
import { shellyPower } from '../../contract/index.ts';
import { ShellyOutlet } from './shelly.ts';

const never = new AbortController().signal;
const bind = (url: string, given: object = {}) => shellyPower.parse({ kind: 'shelly', url, ...given });

describeNetworkOutlet('shelly gen1', {
  start: () => new ShellyGen1Server().start(),
  make: (server, deps) => new ShellyOutlet(bind(server.url), deps),
  isOn: (server) => server.relays[0] === true,
  put: (server, isOn) => {
    server.relays = [isOn];
  },
  lock: byPassword,
});

describeNetworkOutlet('shelly gen2', {
  start: () => new ShellyGen2Server().start(),
  make: (server, deps) => new ShellyOutlet(bind(server.url), deps),
  isOn: (server) => server.switches[0] === true,
  put: (server, isOn) => {
    server.switches = [isOn];
  },
  lock: byPassword,
});

describe('a shelly', () => {
  let bench: DriverBench;
  let server: OutletServer;
  beforeEach(async () => {
    bench = await DriverBench.make();
  });
  afterEach(async () => {
    await server.stop();
    await bench.dispose();
  });
  const make = async (given: object = {}) => new ShellyOutlet(bind(server.url, given), await bench.deps());

  describe('first generation', () => {
    let shelly: ShellyGen1Server;
    beforeEach(async () => {
      shelly = await new ShellyGen1Server().start();
      server = shelly;
    });

    test('bound as the first generation it is not asked which one it is', async () => {
      await (await make({ generation: 1 })).set('on', never);
      expect(shelly.relays).toEqual([true]);
      expect(shelly.heard.map(({ url }) => url)).not.toContain('/shelly');
    });

    test('what cut off an overload refuses to go on, says why, and is not in doubt', async () => {
      shelly.isOverloaded = true;
      const driver = await make();
      await expect(driver.set('on', never)).rejects.toMatchObject({ code: 'COMMAND_FAILED' });
      await expect(driver.set('on', never)).rejects.toThrow('overload');
      expect(driver.doubt).toBeNull();
      await driver.set('off', never);
      expect(driver.commanded.state).toBe('off');
    });

    test('its meter says watts, and nothing while its value is not valid', async () => {
      shelly.meters = [{ power: 12.4, is_valid: true }];
      const driver = await make();
      expect(await driver.measure?.(never)).toMatchObject({ watts: 12.4, volts: null, amperes: null });
      shelly.meters = [{ power: 99, is_valid: false }];
      expect(await driver.measure?.(never)).toBeNull();
      expect(driver.can.meter).toBe(true);
    });

    test('a relay without a meter of its own is not given that of another', async () => {
      shelly.relays = [false, false];
      shelly.meters = [{ power: 12.4, is_valid: true }];
      const driver = await make({ channel: 1 });
      expect(await driver.measure?.(never)).toBeNull();
      expect(driver.can.meter).toBe(false);
    });

    test('a channel it has not is an error, without doubt', async () => {
      const driver = await make({ channel: 3 });
      await expect(driver.set('on', never)).rejects.toMatchObject({ code: 'COMMAND_FAILED' });
      expect(driver.doubt).toBeNull();
    });
  });

  describe('second generation and later', () => {
    let shelly: ShellyGen2Server;
    beforeEach(async () => {
      shelly = await new ShellyGen2Server().start();
      server = shelly;
    });

    test('bound as the second generation it is not asked which one it is', async () => {
      await (await make({ generation: 2 })).set('on', never);
      expect(shelly.switches).toEqual([true]);
      expect(shelly.heard.map(({ url }) => url)).not.toContain('/shelly');
    });

    test('generations 3 and 4 are spoken to as the second', async () => {
      for (shelly.generation of [3, 4]) {
        await (await make()).set('on', never);
        await (await make()).set('off', never);
      }
      expect(shelly.commands).toBe(4);
    });

    test('its meter says watts, volts and amperes', async () => {
      shelly.flow = { apower: 5.4, voltage: 229.8, current: 0.051 };
      const driver = await make();
      expect(await driver.measure?.(never)).toMatchObject({ watts: 5.4, volts: 229.8, amperes: 0.051 });
      shelly.flow = null;
      expect(await driver.measure?.(never)).toBeNull();
      expect(driver.can.meter).toBe(false);
    });

    test('a switch it has not is an error, without doubt', async () => {
      const driver = await make({ channel: 2 });
      await expect(driver.set('on', never)).rejects.toMatchObject({
        code: 'COMMAND_FAILED',
        data: { details: { code: -105 } },
      });
      expect(driver.doubt).toBeNull();
      expect(shelly.commands).toBe(0);
    });

    test('a log-in sends the password itself at no time', async () => {
      shelly.password = 'k7-secret';
      bench.secret = 'k7-secret';
      await (await make()).set('on', never);
      expect(shelly.switches).toEqual([true]);
      expect(JSON.stringify(shelly.heard)).not.toContain('k7-secret');
      expect(JSON.stringify(shelly.heard)).not.toContain(Buffer.from('admin:k7-secret').toString('base64'));
    });

    test('a kind of log-in it does not know is told', async () => {
      shelly.password = 'k7-secret';
      shelly.algorithm = 'MD5';
      bench.secret = 'k7-secret';
      const driver = await make();
      await expect(driver.set('on', never)).rejects.toMatchObject({ code: 'UNSUPPORTED' });
      expect(driver.doubt).toBeNull();
    });

    test('another device at its address is found out after one error', async () => {
      const driver = await make();
      await driver.set('on', never);
      const port = Number(new URL(shelly.url).port);
      await shelly.stop();
      server = await new ShellyGen1Server().start(port);
      await expect(driver.set('off', never)).rejects.toMatchObject({ code: 'COMMAND_FAILED' });
      await driver.set('off', never);
      expect(driver.commanded.state).toBe('off');
    });
  });
});
