import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { DriverBench } from '../../../test/fakes/outlets/driverBench.ts';
import { byPassword, describeNetworkOutlet } from '../../../test/fakes/outlets/networkOutlet.suite.ts';
import { TasmotaServer } from '../../../test/fakes/outlets/tasmotaServer.ts';
import { tasmotaPower } from '../../contract/index.ts';
import { TasmotaOutlet } from './tasmota.ts';

const never = new AbortController().signal;
const bind = (url: string, given: object = {}) => tasmotaPower.parse({ kind: 'tasmota', url, ...given });

describeNetworkOutlet('tasmota', {
  start: () => new TasmotaServer().start(),
  make: (server, deps) => new TasmotaOutlet(bind(server.url), deps),
  isOn: (server) => server.relays[0] === true,
  put: (server, isOn) => {
    server.relays = [isOn];
  },
  lock: byPassword,
});

describe('a Tasmota relay', () => {
  let bench: DriverBench;
  let server: TasmotaServer;
  beforeEach(async () => {
    [bench, server] = [await DriverBench.make(), await new TasmotaServer().start()];
  });
  afterEach(async () => {
    await server.stop();
    await bench.dispose();
  });
  const make = async (given: object = {}) => new TasmotaOutlet(bind(server.url, given), await bench.deps());

  test('relay 1 is POWER or POWER1, as the device likes', async () => {
    const driver = await make();
    for (const numbersOneRelay of [false, true]) {
      server.numbersOneRelay = numbersOneRelay;
      await driver.set('on', never);
      expect(await driver.read(never)).toBe('on');
      await driver.set('off', never);
      expect(await driver.read(never)).toBe('off');
    }
  });

  test('one relay of many is switched, and no other', async () => {
    server.relays = [false, false, true, false];
    const driver = await make({ relay: 2 });
    await driver.set('on', never);
    expect(server.relays).toEqual([false, true, true, false]);
    expect(await driver.read(never)).toBe('on');
  });

  test('a relay it has not is an error, not the state of another one', async () => {
    const driver = await make({ relay: 2 });
    await expect(driver.set('on', never)).rejects.toMatchObject({ code: 'COMMAND_FAILED' });
    await expect(driver.set('on', never)).rejects.toThrow('no relay 2');
    expect(await driver.read(never)).toBe('unknown');
    expect(server.relays).toEqual([false]);
  });

  test('an old version that takes any relay for its first one is found out, and is in doubt', async () => {
    server.takesAnyForFirst = true;
    const driver = await make({ relay: 2 });
    await expect(driver.set('on', never)).rejects.toThrow('no relay 2');
    expect(driver.doubt).not.toBeNull();
    expect(await driver.read(never)).toBe('unknown');
  });

  test('an old version that wants a password with status 200 is understood', async () => {
    server.password = 'joker';
    server.warnsWith = 200;
    const driver = await make();
    await expect(driver.set('on', never)).rejects.toMatchObject({ code: 'UNAUTHORIZED' });
    expect(driver.doubt).toBeNull();
    bench.secret = 'joker';
    await driver.set('on', never);
    expect(server.relays).toEqual([true]);
  });

  test('a user of another name is sent as bound', async () => {
    server.password = 'joker';
    server.user = 'lab & co';
    bench.secret = 'joker';
    await expect((await make()).set('on', never)).rejects.toMatchObject({ code: 'UNAUTHORIZED' });
    await (await make({ user: 'lab & co' })).set('on', never);
    expect(server.relays).toEqual([true]);
  });

  test('words of its own for on and off are told, not guessed', async () => {
    server.words = ['AUS', 'AN'];
    const driver = await make();
    await expect(driver.set('on', never)).rejects.toMatchObject({ code: 'COMMAND_FAILED' });
    expect(await driver.read(never)).toBe('unknown');
  });

  test('watts, volts and amperes are those of its relay', async () => {
    server.relays = [true, true];
    server.energy = { Power: 4.2, Voltage: 230, Current: 0.02 };
    const flow = await (await make()).measure?.(never);
    expect(flow).toEqual({ watts: 4.2, volts: 230, amperes: 0.02, atMs: expect.any(Number) });
    server.energy = { Power: [4, 9], Voltage: 231, Current: [0.02, 0.04] };
    expect(await (await make({ relay: 2 })).measure?.(never)).toMatchObject({
      watts: 9,
      volts: 231,
      amperes: 0.04,
    });
    expect(await (await make({ relay: 3 })).measure?.(never)).toBeNull();
  });

  test('a device without a meter is metered no more once it said so', async () => {
    const driver = await make();
    expect(driver.can.meter).toBe(true);
    expect(await driver.measure?.(never)).toBeNull();
    expect(driver.can.meter).toBe(false);
  });

  test('two spellings of one address are one outlet', async () => {
    const deps = await bench.deps();
    const identities = ['http://plug.lan', 'http://PLUG.lan/', 'http://plug.lan:80'].map(
      (url) => new TasmotaOutlet(bind(url), deps).identity,
    );
    expect(new Set(identities).size).toBe(1);
  });
});
