import { createServer } from 'node:net';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { FakeLineControl } from '../../../test/fakes/fakeLineControl.ts';
import { FakeSharedConsole } from '../../../test/fakes/fakeSharedConsole.ts';
import { silentLogger } from '../../base/logger.ts';
import { sharing as sharingSchema } from '../../contract/index.ts';
import { LabError } from '../../contract/labError.ts';
import { ConsoleSharing } from '../sharing/consoleSharing.ts';
import type { LineParameters } from '../transport.ts';
import { describeConsoleTransport } from './consoleTransport.suite.ts';
import { Rfc2217Transport } from './rfc2217Transport.ts';

const never = new AbortController().signal;
const waiting = { timeout: 8_000, interval: 5 };
const line: LineParameters = {
  baudRate: 57_600,
  dataBits: 7,
  parity: 'even',
  stopBits: 2,
  flowControl: 'rtscts',
};

/** Another Labdeck that shares a console. */
async function shareConsole(): Promise<{ board: FakeSharedConsole; sharing: ConsoleSharing; port: number }> {
  const board = new FakeSharedConsole();
  const sharing = new ConsoleSharing({
    consoleId: 'far.main',
    socketPath: '/nowhere',
    console: board,
    monotonicMs: () => performance.now(),
    logger: silentLogger,
    limits: { closeWithinMs: 50 },
  });
  const state = await sharing.apply(sharingSchema.parse({ telnet: {} }));
  return { board, sharing, port: state.telnet?.port ?? 0 };
}

describeConsoleTransport('RFC 2217', async () => {
  const { board, sharing, port } = await shareConsole();
  return {
    transport: new Rfc2217Transport({ host: '127.0.0.1', port, line }),
    print: (bytes) => board.print(bytes),
    typed: () => board.typed,
    hangUp: () => sharing.close(),
    dispose: () => sharing.close(),
  };
});

let far: Awaited<ReturnType<typeof shareConsole>>;
let uart: FakeLineControl;
let transport: Rfc2217Transport;
beforeEach(async () => {
  far = await shareConsole();
  uart = new FakeLineControl();
  far.board.line = uart;
  transport = new Rfc2217Transport({ host: '127.0.0.1', port: far.port, line });
});
afterEach(async () => {
  await transport.close();
  await far.sharing.close();
});

test('opening sets the far line up as the binding says', async () => {
  await transport.open(never);
  expect(uart.parameters).toEqual(line);
  expect(transport.control.parameters).toEqual(line);
});

test('break, DTR, RTS, purge and new parameters reach the far line', async () => {
  await transport.open(never);
  await transport.control.setSignals({ dtr: false });
  expect(uart).toMatchObject({ dtr: false, rts: true });
  await transport.control.setSignals({ dtr: true, rts: false });
  expect(uart).toMatchObject({ dtr: true, rts: false });
  await transport.control.sendBreak(1);
  expect(uart.breaks.length).toBe(1);
  await transport.write(Buffer.from('too much'));
  await transport.control.purge();
  expect(uart.purged).toBe(1);
  await transport.control.setParameters({ baudRate: 9_600, parity: 'odd' });
  expect(uart.parameters).toEqual({ ...line, baudRate: 9_600, parity: 'odd' });
});

test('the modem signals of the far line are known, and follow it', async () => {
  await transport.open(never);
  await vi.waitFor(async () => expect(await transport.control.readSignals()).toEqual(uart.signals), waiting);
  uart.signals = { cts: false, dsr: true, dcd: true };
  await vi.waitFor(async () => expect(await transport.control.readSignals()).toEqual(uart.signals), waiting);
});

test('a far line that cannot, or may not, be set is reported, and its real value known', async () => {
  await transport.open(never);
  uart.failure = new LabError('LEASED', 'nightly-ci is writing');
  await expect(transport.control.setParameters({ baudRate: 300 })).rejects.toMatchObject({
    code: 'UNSUPPORTED',
  });
  expect(transport.control.parameters.baudRate).toBe(57_600);
});

test('a server without RFC 2217 is said to be one, with what to use instead', async () => {
  const plain = createServer((socket) => {
    socket.on('error', () => {});
    // DONT COM-PORT
    socket.on('data', () => socket.write(Uint8Array.of(255, 254, 44)));
  }).listen(0, '127.0.0.1');
  await new Promise((resolve) => plain.once('listening', resolve));
  const { port } = plain.address() as { port: number };
  const toPlain = new Rfc2217Transport({ host: '127.0.0.1', port, line });
  await expect(toPlain.open(never)).rejects.toMatchObject({
    code: 'UNSUPPORTED',
    hint: expect.stringContaining('kind tcp'),
  });
  await new Promise((resolve) => plain.close(resolve));
});

test('a far end that suspends the flow gets nothing until it resumes it', async () => {
  const heard: Buffer[] = [];
  const server = createServer((socket) => {
    socket.on('error', () => {});
    // DO COM-PORT, then answers every request with its own value.
    socket.write(Uint8Array.of(255, 253, 44));
    socket.on('data', (bytes) => {
      heard.push(bytes);
      for (let at = bytes.indexOf('\xff\xfa\x2c', 0, 'latin1'); at >= 0; ) {
        const end = bytes.indexOf('\xff\xf0', at, 'latin1') + 2;
        const answer = Buffer.from(bytes.subarray(at, end));
        answer[3] = (answer[3] ?? 0) + 100;
        socket.write(answer);
        at = bytes.indexOf('\xff\xfa\x2c', end, 'latin1');
      }
    });
    suspend = (command) => socket.write(Uint8Array.of(255, 250, 44, command, 255, 240, 0x21));
  }).listen(0, '127.0.0.1');
  let suspend: (command: number) => void = () => {};
  await new Promise((resolve) => server.once('listening', resolve));
  const { port } = server.address() as { port: number };
  const toServer = new Rfc2217Transport({ host: '127.0.0.1', port, line });
  let marks = 0;
  toServer.onDidReceive((bytes) => {
    marks += bytes.length;
  });
  await toServer.open(never);
  suspend(108);
  await vi.waitFor(() => expect(marks).toBe(1), waiting);
  const written = toServer.write(Buffer.from('held back'));
  suspend(109);
  await written;
  await vi.waitFor(() => expect(Buffer.concat(heard).toString('latin1')).toContain('held back'), waiting);
  await toServer.close();
  await new Promise((resolve) => server.close(resolve));
});
