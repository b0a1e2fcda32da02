import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { DriverBench } from '../../../test/fakes/outlets/driverBench.ts';
import { describeNetworkOutlet } from '../../../test/fakes/outlets/networkOutlet.suite.ts';
import { PdudaemonServer } from '../../../test/fakes/outlets/pdudaemonServer.ts';
import { pdudaemonPower } from '../../contract/index.ts';
import { PdudaemonOutlet } from './pdudaemon.ts';

const never = new AbortController().signal;
const bind = (url: string, given: object = {}) =>
  pdudaemonPower.parse({ kind: 'pdudaemon', url, pdu: 'pdu01', outlet: '3', ...given });

describeNetworkOutlet('pdudaemon', {
  start: () => new PdudaemonServer().start(),
  make: (server, deps) => new PdudaemonOutlet(bind(server.url), deps),
  isOn: (server) => server.pdus.get('pdu01')?.get('3') === true,
  put: (server, isOn) => void server.pdus.get('pdu01')?.set('3', isOn),
  tooLateMs: 60_000,
});

describe('a PDU behind pdudaemon', () => {
  let bench: DriverBench;
  let server: PdudaemonServer;
  beforeEach(async () => {
    [bench, server] = [await DriverBench.make(), await new PdudaemonServer().start()];
  });
  afterEach(async () => {
    await server.stop();
    await bench.dispose();
  });

  test('names that mean something in an address reach the daemon as they are', async () => {
    server.pdus.set('rack 1&port=9', new Map([['a/b#c', false]]));
    const driver = new PdudaemonOutlet(
      bind(server.url, { pdu: 'rack 1&port=9', outlet: 'a/b#c' }),
      await bench.deps(),
    );
    await driver.set('on', never);
    expect(server.pdus.get('rack 1&port=9')?.get('a/b#c')).toBe(true);
  });

  test('old versions are told not to wait before they switch', async () => {
    await new PdudaemonOutlet(bind(server.url), await bench.deps()).set('on', never);
    expect(server.delays).toEqual(['0']);
  });

  test('a cycle is one request, with the off-time in whole seconds', async () => {
    const driver = new PdudaemonOutlet(bind(server.url), await bench.deps());
    await driver.cycle?.(1200, never);
    expect([server.commands, server.delays]).toEqual([1, ['2']]);
  });

  test('a cycle that breaks off leaves doubt, whatever the outlet held before', async () => {
    const driver = new PdudaemonOutlet(bind(server.url), await bench.deps());
    for (const state of ['on', 'off'] as const) {
      server.fault = null;
      await driver.set(state, never);
      server.fault = 'reset-afterwards';
      await expect(driver.cycle?.(1000, never)).rejects.toMatchObject({ code: 'COMMAND_FAILED' });
      expect(driver.doubt).not.toBeNull();
    }
  });

  test('a PDU the daemon does not know is an error that names it, without doubt', async () => {
    const driver = new PdudaemonOutlet(bind(server.url, { pdu: 'pdu02' }), await bench.deps());
    await expect(driver.set('on', never)).rejects.toMatchObject({ code: 'COMMAND_FAILED' });
    await expect(driver.set('on', never)).rejects.toThrow('pdu02');
    expect(driver.doubt).toBeNull();
  });

  test('a PDU that failed in the middle leaves doubt', async () => {
    const driver = new PdudaemonOutlet(bind(server.url), await bench.deps());
    server.isPduDead = true;
    await expect(driver.set('on', never)).rejects.toMatchObject({ code: 'COMMAND_FAILED' });
    expect(driver.doubt).not.toBeNull();
  });
});
