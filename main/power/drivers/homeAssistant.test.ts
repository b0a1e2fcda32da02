import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { DriverBench } from '../../../test/fakes/outlets/driverBench.ts';
import { HomeAssistantServer } from '../../../test/fakes/outlets/homeAssistantServer.ts';
import { describeNetworkOutlet } from '../../../test/fakes/outlets/networkOutlet.suite.ts';
import { homeAssistantPower } from '../../contract/index.ts';
import { HomeAssistantOutlet } from './homeAssistant.ts';

const never = new AbortController().signal;
const plug = 'switch.bench_plug';
const sensor = 'sensor.bench_plug_power';
const token = 'eyJ0eXAi.long-lived.token';
const bind = (url: string, given: object = {}) =>
  homeAssistantPower.parse({ kind: 'home-assistant', url, entityId: plug, ...given });

describeNetworkOutlet('home-assistant', {
  start: () => new HomeAssistantServer().start(),
  make: (server, deps) => new HomeAssistantOutlet(bind(server.url), deps),
  isOn: (server) => server.entities.get(plug)?.state === 'on',
  put: (server, isOn) => void server.entities.set(plug, { state: isOn ? 'on' : 'off', attributes: {} }),
  lock: (server, secret) => {
    server.token = secret;
  },
  secret: token,
});

describe('a switch of Home Assistant', () => {
  let bench: DriverBench;
  let server: HomeAssistantServer;
  beforeEach(async () => {
    [bench, server] = [await DriverBench.make(), await new HomeAssistantServer().start()];
    bench.secret = token;
  });
  afterEach(async () => {
    await server.stop();
    await bench.dispose();
  });
  const make = async (given: object = {}) =>
    new HomeAssistantOutlet(bind(server.url, given), await bench.deps());

  test('a device that tells its new state late is waited for', async () => {
    server.tellsAfter = 3;
    const driver = await make();
    await driver.set('on', never);
    expect([driver.commanded.state, driver.doubt]).toEqual(['on', null]);
  });

  test('a device that tells its new state too late is in doubt', async () => {
    server.tellsAfter = 100;
    const driver = await make();
    await expect(driver.set('on', never)).rejects.toThrow('still off');
    expect(driver.doubt).not.toBeNull();
  });

  test('what it was already is accepted', async () => {
    const driver = await make();
    await driver.set('off', never);
    await driver.set('off', never);
    expect(driver.commanded.state).toBe('off');
  });

  test('an entity it does not know is an error, although it says yes', async () => {
    const driver = await make({ entityId: 'switch.gone' });
    await expect(driver.set('on', never)).rejects.toMatchObject({ code: 'COMMAND_FAILED' });
    await expect(driver.set('on', never)).rejects.toThrow('switch.gone');
    expect(driver.doubt).toBeNull();
    expect(await driver.read(never)).toBe('unknown');
  });

  test('a device it does not reach is gone, although it says yes', async () => {
    server.entities.set(plug, { state: 'unavailable', attributes: {} });
    const driver = await make();
    await expect(driver.set('on', never)).rejects.toMatchObject({ code: 'DEVICE_GONE' });
    expect(driver.doubt).toBeNull();
    expect(await driver.read(never)).toBe('unknown');
  });

  test('lights and helpers are switched by services of their own', async () => {
    for (const entityId of ['light.desk', 'input_boolean.relay']) {
      server.entities.set(entityId, { state: 'off', attributes: {} });
      await (await make({ entityId })).set('on', never);
      expect(server.entities.get(entityId)?.state).toBe('on');
    }
  });

  test('a token pasted with its line end is sent without it, and one with other characters is refused', async () => {
    bench.secret = `${token}\r\n`;
    const driver = await make();
    await driver.set('on', never);
    expect(server.entities.get(plug)?.state).toBe('on');
    bench.secret = 'two\r\nlines';
    const heard = server.heard.length;
    await expect(driver.set('off', never)).rejects.toMatchObject({ code: 'UNAUTHORIZED' });
    expect(server.heard).toHaveLength(heard);
  });

  test('the sensor beside it says watts in whatever unit it has', async () => {
    const driver = await make({ powerEntityId: sensor });
    expect(driver.can.meter).toBe(true);
    for (const [state, unit, watts] of [
      ['12.5', 'W', 12.5],
      ['0.25', 'kW', 250],
      ['1500', 'mW', 1.5],
      ['-3', 'W', -3],
    ] as const) {
      server.entities.set(sensor, { state, attributes: { unit_of_measurement: unit } });
      expect(await driver.measure?.(never)).toMatchObject({ watts, volts: null, amperes: null });
    }
  });

  test('a sensor that is unavailable, gone or in another unit says nothing', async () => {
    const driver = await make({ powerEntityId: sensor });
    expect(await driver.measure?.(never)).toBeNull();
    for (const [state, unit] of [
      ['unavailable', 'W'],
      ['', 'W'],
      ['12', 'kWh'],
      ['0x10', 'W'],
      ['1e999', 'W'],
      ['1e300', 'W'],
    ] as const) {
      server.entities.set(sensor, { state, attributes: { unit_of_measurement: unit } });
      expect(await driver.measure?.(never)).toBeNull();
    }
    expect(driver.can.meter).toBe(true);
  });

  test('without a sensor it has no meter', async () => {
    const driver = await make();
    expect([driver.can.meter, driver.measure]).toEqual([false, undefined]);
  });

  test('it may stand under a path of its server', async () => {
    const driver = new HomeAssistantOutlet(bind(`${server.url}/home/`), await bench.deps());
    await expect(driver.set('on', never)).rejects.toMatchObject({ code: 'COMMAND_FAILED' });
    expect(server.heard.map(({ url }) => url)).toEqual(['/home/api/services/switch/turn_on']);
  });
});
