import { mkdtempSync, readdirSync, readlinkSync, realpathSync, rmSync } from 'node:fs';
import { createServer, type Server, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { silentLogger } from '../../main/base/logger.ts';
import { describeConsoleTransport } from '../../main/console/drivers/consoleTransport.suite.ts';
import { endpointTransport } from '../../main/console/drivers/endpointTransport.ts';
import { Rfc2217Transport } from '../../main/console/drivers/rfc2217Transport.ts';
import { TtyTransport } from '../../main/console/drivers/ttyTransport.ts';
import type { ConsoleTransport, LineParameters } from '../../main/console/transport.ts';
import type { ConsoleEndpoint } from '../../main/contract/index.ts';
import { LabError } from '../../main/contract/labError.ts';
import { openFakeTty } from '../fakes/ptyPair.ts';
import { Ser2net } from '../fakes/ser2net.ts';

const never = new AbortController().signal;
const waiting = { timeout: 20_000, interval: 10 };
const line: LineParameters = {
  baudRate: 115_200,
  dataBits: 8,
  parity: 'none',
  stopBits: 1,
  flowControl: 'none',
};
/** Nobody else is on the test's ptys. */
const ports = {
  holders: async () => [],
  explainOpenFailure: async (device: string) => new LabError('DEVICE_GONE', `${device} is not there`),
};
let dir: string;
let made = 0;
beforeAll(() => {
  dir = mkdtempSync(join(tmpdir(), 'labdeck-endpoints-'));
});
afterAll(() => rmSync(dir, { recursive: true, force: true }));

async function fakeTty() {
  made += 1;
  const tty = await openFakeTty(join(dir, `tty${made}`));
  let typed = Buffer.alloc(0);
  tty.onData((bytes) => {
    typed = Buffer.concat([typed, bytes]);
  });
  return { tty, typed: () => typed };
}

/** Descriptors of this process that have the device open. */
function descriptorsOn(device: string): string[] {
  const node = realpathSync(device);
  return readdirSync('/proc/self/fd').filter((fd) => {
    try {
      return readlinkSync(`/proc/self/fd/${fd}`) === node;
    } catch {
      return false;
    }
  });
}

describeConsoleTransport('tty', async () => {
  const { tty, typed } = await fakeTty();
  return {
    transport: new TtyTransport({ device: tty.device, line, ports }),
    print: (bytes) => tty.print(bytes),
    typed,
    hangUp: () => tty.close(),
    dispose: () => tty.close(),
  };
});

test('a tty that was given up while it opened is let go of when the opening comes through', async () => {
  const { tty } = await fakeTty();
  for (const giveUp of ['close', 'abort'] as const) {
    const transport = new TtyTransport({ device: tty.device, line, ports });
    const gaveUp = new AbortController();
    const opening = transport.open(gaveUp.signal);
    // The open itself is under way: a thread waits for the kernel.
    await new Promise((resolve) => setImmediate(resolve));
    await transport.close();
    if (giveUp === 'abort') gaveUp.abort(new Error('gave up'));
    await expect(opening).rejects.toThrow(giveUp === 'abort' ? 'gave up' : 'is not there');
    expect(descriptorsOn(tty.device)).toEqual([]);
  }
  // Still locked, it could not be opened again.
  const again = new TtyTransport({ device: tty.device, line, ports });
  await again.open(never);
  expect(descriptorsOn(tty.device)).toHaveLength(1);
  await again.close();
  await tty.close();
});

test('a pty has no modem signals, so it is bytes alone', async () => {
  const { tty } = await fakeTty();
  const transport = new TtyTransport({ device: tty.device, line, ports });
  await transport.open(never);
  expect(transport.control).toBeNull();
  await transport.close();
  await tty.close();
});

test('a line behind ser2net: all bytes both ways, its parameters, its break', async () => {
  const { tty, typed } = await fakeTty();
  const ser2net = await Ser2net.start(dir, tty.device);
  const transport = new Rfc2217Transport({
    host: '127.0.0.1',
    port: ser2net.port,
    line: { ...line, baudRate: 9_600 },
  });
  const received: Uint8Array[] = [];
  transport.onDidReceive((bytes) => received.push(bytes));
  await transport.open(never);
  expect(transport.control.parameters.baudRate).toBe(9_600);
  await transport.control.setParameters({ baudRate: 57_600 });
  expect(transport.control.parameters.baudRate).toBe(57_600);
  await transport.control.sendBreak(10);
  const allBytes = Buffer.from(Array.from({ length: 256 }, (_, at) => at));
  tty.print(allBytes);
  await transport.write(allBytes);
  await vi.waitFor(() => {
    expect(Buffer.concat(received).equals(allBytes)).toBe(true);
    expect(typed().equals(allBytes)).toBe(true);
  }, waiting);
  const ends: unknown[] = [];
  transport.onDidClose((reason) => ends.push(reason));
  await ser2net.stop();
  await vi.waitFor(() => expect(ends).toMatchObject([{ code: 'DEVICE_GONE' }]), waiting);
  await tty.close();
});

/** Descriptors this process holds. */
function openDescriptors(): number {
  return readdirSync('/proc/self/fd').length;
}

async function losesFarEnd(transport: ConsoleTransport, hangUp: () => unknown): Promise<void> {
  const gone = new Promise<LabError | null>((resolve) => transport.onDidClose(resolve));
  await transport.open(never);
  await hangUp();
  expect(await gone).toMatchObject({ code: 'DEVICE_GONE' });
}

/** A server that has its one line cut whenever it is told. */
async function cuttable(path: string): Promise<{ server: Server; cut: () => Promise<void> }> {
  const sockets: Socket[] = [];
  const server = createServer((socket) => {
    socket.on('error', () => {});
    sockets.push(socket);
  });
  await new Promise<void>((resolve) => server.listen(path, resolve));
  return {
    server,
    cut: async () => {
      await vi.waitFor(() => expect(sockets.length).toBeGreaterThan(0), waiting);
      for (const socket of sockets.splice(0)) socket.destroy();
    },
  };
}

test('a thousand losses of the line leave no descriptor behind', async () => {
  const path = join(dir, 'cut.sock');
  const { server, cut } = await cuttable(path);
  const unix: ConsoleEndpoint = { kind: 'unix', path };
  await losesFarEnd(endpointTransport(unix, line, silentLogger), cut);
  const before = openDescriptors();
  for (let loss = 0; loss < 940; loss += 1)
    await losesFarEnd(endpointTransport(unix, line, silentLogger), cut);
  for (let loss = 0; loss < 40; loss += 1) {
    const command: ConsoleEndpoint = { kind: 'command', argv: ['true'] };
    await losesFarEnd(endpointTransport(command, line, silentLogger), () => {});
  }
  for (let loss = 0; loss < 20; loss += 1) {
    const { tty } = await fakeTty();
    await losesFarEnd(new TtyTransport({ device: tty.device, line, ports }), () => tty.close());
  }
  await vi.waitFor(() => expect(openDescriptors()).toBeLessThanOrEqual(before), waiting);
  await new Promise((resolve) => server.close(resolve));
});
