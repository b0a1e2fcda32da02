import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { silentLogger } from '../../main/base/logger.ts';
import { ConsoleSharing } from '../../main/console/sharing/consoleSharing.ts';
import { type SharingState, sharing as sharingSchema } from '../../main/contract/index.ts';
import { FakeLineControl } from '../fakes/fakeLineControl.ts';
import { FakeSharedConsole } from '../fakes/fakeSharedConsole.ts';
import { Program } from '../fakes/program.ts';

// The programs people have, against our doors.

const waiting = { timeout: 20_000, interval: 20 };
/** Debian's own: the one that has Debian's modules. */
const python = '/usr/bin/python3';
const allBytes = Buffer.from(Array.from({ length: 256 }, (_, at) => at));
let dir: string;
let board: FakeSharedConsole;
let sharing: ConsoleSharing;
let doors: SharingState;
let programs: Program[];
beforeEach(async () => {
  dir = mkdtempSync(join(tmpdir(), 'labdeck-programs-'));
  board = new FakeSharedConsole();
  programs = [];
  sharing = new ConsoleSharing({
    consoleId: 'beagle.main',
    socketPath: join(dir, 'main.sock'),
    console: board,
    monotonicMs: () => performance.now(),
    logger: silentLogger,
  });
  doors = await sharing.apply(sharingSchema.parse({ unix: {}, telnet: {}, tcp: {} }));
});
afterEach(async () => {
  for (const program of programs) await program.stop();
  await sharing.close();
  rmSync(dir, { recursive: true, force: true });
});

function start(program: Program): Program {
  programs.push(program);
  return program;
}

async function clients(count: number): Promise<void> {
  await vi.waitFor(() => expect(sharing.state.clients.length).toBe(count), waiting);
}

async function typed(text: string): Promise<void> {
  await vi.waitFor(() => expect(board.typed.toString('latin1')).toBe(text), waiting);
}

test('telnet sends each key at once, Enter as one CR, Ctrl+C as Ctrl+C, and leaves echoing to the board', async () => {
  const telnet = start(Program.onTerminal(`telnet 127.0.0.1 ${doors.telnet?.port}`));
  await telnet.says('[Labdeck: beagle.main]');
  telnet.type('prin');
  await typed('prin');
  telnet.type('tenv\r');
  await typed('printenv\r');
  telnet.type('\x03');
  await typed('printenv\r\x03');
  expect(telnet.output.toString()).not.toContain('prin');
  board.print('bootdelay=2\r\nU-Boot> ');
  await telnet.says('bootdelay=2\r\nU-Boot> ');
});

test('telnet, socat and pySerial see the same prompt at once; who may not write is told', async () => {
  const telnet = start(Program.onTerminal(`telnet 127.0.0.1 ${doors.telnet?.port}`));
  const socat = start(new Program(['socat', '-', `UNIX-CONNECT:${doors.unix?.path}`]));
  const serial = start(
    new Program([
      python,
      '-uc',
      `import serial, sys
port = serial.serial_for_url('rfc2217://127.0.0.1:${doors.telnet?.port}', timeout=20)
print('open')
print(port.read_until(b'U-Boot> '))
port.write(b'reset\\r')
sys.stdin.read()`,
    ]),
  );
  await clients(3);
  await serial.says('open');
  const pySerial = sharing.state.clients[2];
  board.holder = pySerial ?? null;
  board.print('U-Boot> ');
  await telnet.says('U-Boot> ');
  await socat.says('U-Boot> ');
  await serial.says("b'U-Boot> '");
  await typed('reset\r');
  telnet.type('x');
  socat.type('x');
  for (const refused of [telnet, socat])
    await refused.says(`[Labdeck: ${pySerial?.who} is writing. Ask for the lease.]`);
  expect(board.typed.toString()).toBe('reset\r');
});

test('pySerial that only listens keeps nobody from typing; when it types in vain it hears why', async () => {
  board.line = new FakeLineControl();
  const serial = start(
    new Program([
      python,
      '-uc',
      `import serial, sys
port = serial.serial_for_url('rfc2217://127.0.0.1:${doors.telnet?.port}', baudrate=115200, timeout=20)
print('open')
print(port.read_until(b'U-Boot> '))
sys.stdin.readline()
port.write(b'x')
print(port.read_until(b']'))`,
    ]),
  );
  await serial.says('open');
  board.print('U-Boot> ');
  await serial.says("b'U-Boot> '");
  expect(board.claimants.size).toBe(0);
  board.holder = { clientId: 'robot', who: 'nightly-ci' };
  serial.type('\n');
  await serial.says('[Labdeck: nightly-ci is writing. Ask for the lease.]');
  expect(board.typed.length).toBe(0);
});

test('pySerial sends and receives all 256 bytes, sets the line, and sends a break', async () => {
  const uart = new FakeLineControl();
  board.line = uart;
  const serial = start(
    new Program([
      python,
      '-uc',
      `import serial
port = serial.serial_for_url('rfc2217://127.0.0.1:${doors.telnet?.port}', baudrate=9600, bytesize=7,
                             parity='E', stopbits=2, timeout=20)
port.baudrate = 57600
port.dtr = False
port.rts = False
port.send_break(0.1)
print('cts', port.cts, 'dcd', port.cd)
port.write(bytes(range(256)))
print('set')
data = port.read(1024)
print('same' if data == bytes(range(256)) * 4 else repr(data))
port.close()`,
    ]),
  );
  await serial.says('set');
  expect(uart.parameters).toEqual({
    baudRate: 57_600,
    dataBits: 7,
    parity: 'even',
    stopBits: 2,
    flowControl: 'none',
  });
  expect(uart).toMatchObject({ dtr: false, rts: false });
  expect(uart.breaks.length).toBe(1);
  await serial.says('cts True dcd False');
  await vi.waitFor(() => expect(board.typed.equals(allBytes)).toBe(true), waiting);
  board.print(Buffer.concat([allBytes, allBytes, allBytes, allBytes]));
  await serial.says('same');
  expect(await serial.ends()).toBe(0);
  await clients(0);
  // Whoever comes next finds the line as its console wants it.
  await vi.waitFor(() => expect(uart.parameters).toEqual(board.parameters), waiting);
});

test('pySerial is content with a line that has no UART, and with the raw door as socket://', async () => {
  const serial = start(
    new Program([
      python,
      '-uc',
      `import serial
port = serial.serial_for_url('rfc2217://127.0.0.1:${doors.telnet?.port}', baudrate=1500000, timeout=20)
port.write(b'over telnet;')
raw = serial.serial_for_url('socket://127.0.0.1:${doors.tcp?.port}', timeout=20)
raw.write(bytes(range(256)))
print('written')
print('same' if raw.read(256) == bytes(range(256)) else 'not the same')`,
    ]),
  );
  await serial.says('written');
  await vi.waitFor(() => expect(board.typed.length).toBe(12 + 256), waiting);
  board.print(allBytes);
  await serial.says('same');
});

test('socat passes a one-line script through the unix socket and brings back the answer', async () => {
  const socat = start(new Program(['socat', '-t', '5', '-', `UNIX-CONNECT:${doors.unix?.path}`]));
  await clients(1);
  socat.type('version\r');
  socat.endInput();
  await typed('version\r');
  board.print('U-Boot 2026.07\r\n');
  await socat.says('U-Boot 2026.07');
  expect(await socat.ends()).toBe(0);
});

test('picocom works over a pty that socat makes of the raw door', async () => {
  const device = join(dir, 'tty');
  start(
    new Program(['socat', `pty,raw,echo=0,link=${device},wait-slave`, `TCP:127.0.0.1:${doors.tcp?.port}`]),
  );
  const picocom = start(
    Program.onTerminal(`sh -c 'until [ -e ${device} ]; do sleep 0.05; done; exec picocom -q ${device}'`),
  );
  await clients(1);
  board.print('login: ');
  await picocom.says('login: ');
  picocom.type('root\r');
  await typed('root\r');
});
