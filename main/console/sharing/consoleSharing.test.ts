import { existsSync, mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { FakeLineControl } from '../../../test/fakes/fakeLineControl.ts';
import { FakeSharedConsole } from '../../../test/fakes/fakeSharedConsole.ts';
import { RawClient } from '../../../test/fakes/rawClient.ts';
import { silentLogger } from '../../base/logger.ts';
import { type Sharing, sharing as sharingSchema } from '../../contract/index.ts';
import { ConsoleSharing } from './consoleSharing.ts';
import type { SharingLimits } from './limits.ts';

const waiting = { timeout: 8_000, interval: 5 };
let dir: string;
let board: FakeSharedConsole;
let sharing: ConsoleSharing;
let clients: RawClient[];
beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), 'labdeck-doors-'));
  board = new FakeSharedConsole();
  clients = [];
  sharing = share({});
});
afterEach(async () => {
  for (const client of clients) client.destroy();
  await sharing.close();
  rmSync(dir, { recursive: true, force: true });
});

function share(limits: Partial<SharingLimits>): ConsoleSharing {
  return new ConsoleSharing({
    consoleId: 'beagle.main',
    socketPath: join(dir, 'main.sock'),
    console: board,
    monotonicMs: () => performance.now(),
    logger: silentLogger,
    limits: { closeWithinMs: 100, ...limits },
  });
}

function doors(wish: Parameters<typeof sharingSchema.parse>[0]): Sharing {
  return sharingSchema.parse(wish);
}

async function connectTo(kind: 'unix' | 'telnet' | 'tcp'): Promise<RawClient> {
  const { state } = sharing;
  const client = await RawClient.connect(
    kind === 'unix'
      ? { path: state.unix?.path ?? '' }
      : { host: state[kind]?.address ?? '', port: state[kind]?.port ?? 0 },
  );
  clients.push(client);
  return client;
}

/** Connected, and let in: what is printed from now on reaches it. */
async function enter(kind: 'unix' | 'telnet' | 'tcp'): Promise<RawClient> {
  const before = sharing.state.clients.length;
  const client = await connectTo(kind);
  await vi.waitFor(() => expect(sharing.state.clients.length).toBe(before + 1), waiting);
  return client;
}

test('every client sees what is printed, and each may type', async () => {
  await sharing.apply(doors({ unix: {}, telnet: {}, tcp: {} }));
  const all = [await enter('unix'), await enter('telnet'), await enter('tcp')];
  board.print('U-Boot> ');
  for (const client of all) await client.hears('U-Boot> ');
  for (const [at, client] of all.entries()) client.send(`${at}`);
  await vi.waitFor(() => expect([...board.typed.toString()].sort().join('')).toBe('012'), waiting);
  expect(sharing.state.clients.map((client) => client.who.replace(/\d+$/, ''))).toEqual([
    'unix socket #',
    'telnet 127.0.0.1:',
    'tcp 127.0.0.1:',
  ]);
});

test('a client sees what is printed after it came, not before', async () => {
  await sharing.apply(doors({ tcp: {} }));
  board.print('old');
  const client = await enter('tcp');
  board.print('new');
  await client.hears('new');
  expect(client.text).toBe('new');
});

test('every byte passes a raw door unchanged, both ways', async () => {
  await sharing.apply(doors({ unix: {} }));
  const client = await enter('unix');
  const bytes = Uint8Array.from({ length: 1024 }, (_, at) => at);
  board.print(bytes);
  client.send(bytes);
  await vi.waitFor(() => {
    expect(client.heard.equals(bytes)).toBe(true);
    expect(board.typed.equals(bytes)).toBe(true);
  }, waiting);
});

test('on telnet, whoever speaks no telnet has its bytes passed unchanged; a telnet client has Enter made a CR', async () => {
  await sharing.apply(doors({ telnet: {} }));
  const bare = await enter('telnet');
  bare.send('a\r\nb\r\0');
  await vi.waitFor(() => expect(board.typed.toString()).toBe('a\r\nb\r\0'), waiting);
  const telnet = await enter('telnet');
  // DO ECHO, DONT BINARY (it stays an NVT), then Enter cut in the middle.
  telnet.send([255, 253, 1, 255, 252, 0, 0x63, 0x0d]);
  await vi.waitFor(() => expect(board.typed.toString()).toMatch(/c\r$/), waiting);
  telnet.send([0x00, 0x64, 0x0d, 0x0a, 0x65]);
  await vi.waitFor(() => expect(board.typed.toString()).toMatch(/c\rd\re$/), waiting);
});

test('a refused key is told once at every door, and nobody is disconnected', async () => {
  await sharing.apply(doors({ telnet: {}, tcp: {} }));
  const telnet = await enter('telnet');
  const raw = await enter('tcp');
  board.holder = { clientId: 'robot', who: 'nightly-ci' };
  for (let key = 0; key < 20; key += 1) {
    telnet.send('x');
    raw.send('x');
  }
  for (const client of [telnet, raw])
    await client.hears('[Labdeck: nightly-ci is writing. Ask for the lease.]\r\n');
  board.holder = null;
  telnet.send('t');
  raw.send('r');
  await vi.waitFor(() => expect([...board.typed.toString()].sort().join('')).toMatch(/rt/), waiting);
  for (const client of [telnet, raw]) expect(client.text.split('nightly-ci').length - 1).toBe(1);
});

test('a program that threw away what it heard while it opened its port is told again once it types', async () => {
  await sharing.apply(doors({ telnet: {} }));
  board.line = new FakeLineControl();
  board.holder = { clientId: 'robot', who: 'nightly-ci' };
  const client = await enter('telnet');
  // SET-BAUDRATE 9600.
  client.send([255, 250, 44, 1, 0, 0, 0x25, 0x80, 255, 240]);
  await client.hears('nightly-ci is writing. Ask for the lease.');
  client.heard = Buffer.alloc(0);
  client.send('x');
  await client.hears('nightly-ci is writing. Ask for the lease.');
});

test('an RFC 2217 client that opens its port as the line stands keeps nobody from typing', async () => {
  await sharing.apply(doors({ telnet: {} }));
  board.line = new FakeLineControl();
  const client = await enter('telnet');
  // DTR on, RTS on, purge both buffers, then a question: requests are answered in order.
  for (const request of [
    [5, 8],
    [5, 11],
    [12, 3],
    [1, 0, 0, 0, 0],
  ])
    client.send([255, 250, 44, ...request, 255, 240]);
  await client.hears('\xff\xfa\x2c\x65');
  expect(board.claimants.size).toBe(0);
});

test('an RFC 2217 client leaves the line as it found it', async () => {
  await sharing.apply(doors({ telnet: {} }));
  const uart = new FakeLineControl();
  board.line = uart;
  const client = await enter('telnet');
  client.send([255, 250, 44, 1, 0, 0, 0x25, 0x80, 255, 240]);
  await vi.waitFor(() => expect(uart.parameters.baudRate).toBe(9_600), waiting);
  // Even while another writes by then.
  board.holder = { clientId: 'robot', who: 'nightly-ci' };
  client.destroy();
  await vi.waitFor(() => expect(uart.parameters).toEqual(board.parameters), waiting);
});

test('a newcomer on telnet is greeted, and told who writes when somebody does', async () => {
  await sharing.apply(doors({ telnet: {} }));
  const first = await enter('telnet');
  await first.hears('[Labdeck: beagle.main]');
  board.holder = { clientId: 'robot', who: 'nightly\x1b]0;ci' };
  const second = await enter('telnet');
  await second.hears('[Labdeck: beagle.main; nightly ]0;ci is writing]');
});

test('news go to the people on telnet, but not to the one they are about, nor among raw bytes', async () => {
  await sharing.apply(doors({ telnet: {}, unix: {} }));
  const raw = await enter('unix');
  const writer = await enter('telnet');
  const writerId = sharing.state.clients.find((client) => client.who.startsWith('telnet'))?.clientId ?? '';
  const other = await enter('telnet');
  sharing.tell('alice writes now', writerId);
  await other.hears('\r\n[Labdeck: alice writes now]\r\n');
  board.print('end');
  await Promise.all([raw.hears('end'), writer.hears('end')]);
  expect(raw.text).toBe('end');
  expect(writer.text).not.toContain('alice');
});

test('a read-only door refuses typing, and can be opened for it without losing its clients', async () => {
  await sharing.apply(doors({ telnet: { readOnly: true } }));
  const client = await enter('telnet');
  client.send('x');
  await client.hears('This door is read-only');
  expect(board.typed.length).toBe(0);
  await sharing.apply(doors({ telnet: { readOnly: false } }));
  client.send('y');
  await vi.waitFor(() => expect(board.typed.toString()).toBe('y'), waiting);
});

test('a door that stays keeps port and clients while others open and close', async () => {
  const first = await sharing.apply(doors({ telnet: {}, tcp: {} }));
  const client = await enter('telnet');
  const raw = await enter('tcp');
  const left: string[] = [];
  sharing.onDidLeave((clientId) => left.push(clientId));
  const rawId = sharing.state.clients.find((c) => c.who.startsWith('tcp'))?.clientId;
  const second = await sharing.apply(doors({ telnet: {}, unix: {} }));
  expect(second.telnet?.port).toBe(first.telnet?.port);
  expect(second).toMatchObject({ tcp: null, clients: [{ readOnly: false }] });
  await raw.isClosed();
  expect(left).toEqual([rawId]);
  board.print('still here');
  await client.hears('still here');
});

test('a door is opened to everybody at the port it has', async () => {
  const { telnet } = await sharing.apply(doors({ telnet: {} }));
  const port = telnet?.port ?? 0;
  const opened = await sharing.apply(doors({ telnet: { port, address: '0.0.0.0', consent: true } }));
  expect(opened.telnet).toMatchObject({ port, address: '0.0.0.0', exposed: true });
});

test('a port that is taken is a conflict, the other doors open all the same, and the state says why', async () => {
  const occupant = createServer().listen(0, '127.0.0.1');
  await new Promise((resolve) => occupant.once('listening', resolve));
  const { port } = occupant.address() as { port: number };
  await expect(sharing.apply(doors({ unix: {}, telnet: { port } }))).rejects.toMatchObject({
    code: 'CONFLICT',
    data: { field: 'telnet.port' },
  });
  expect(sharing.state).toMatchObject({ telnet: null, problem: `Port ${port} is taken` });
  await (await enter('unix')).socket.end();
  await new Promise((resolve) => occupant.close(resolve));
  expect(await sharing.apply(doors({ telnet: { port } }))).toMatchObject({ telnet: { port }, problem: null });
});

test('the unix socket is private, takes the place of a leftover, and is gone afterwards', async () => {
  const path = join(dir, 'main.sock');
  const before = process.umask();
  await sharing.apply(doors({ unix: {} }));
  expect(statSync(path).mode & 0o777).toBe(0o600);
  expect(process.umask()).toBe(before);
  const second = share({});
  await expect(second.apply(doors({ unix: {} }))).rejects.toMatchObject({ code: 'CONFLICT' });
  await sharing.apply(doors({}));
  expect(existsSync(path)).toBe(false);
  writeFileSync(path, 'precious');
  await expect(sharing.apply(doors({ unix: {} }))).rejects.toMatchObject({ code: 'CONFLICT' });
  expect(existsSync(path)).toBe(true);
});

test('an open door with a token lets in who gives it first, and nobody else', async () => {
  await sharing.close();
  sharing = share({ tokenWithinMs: 200, farewellMs: 500 });
  await sharing.apply(doors({ telnet: { address: '0.0.0.0', token: 'secret-42' } }));
  expect(sharing.state.telnet).toMatchObject({ withToken: true, exposed: true });
  const friend = await connectTo('telnet');
  await friend.hears('Token: ');
  friend.send('secret-42\r\0uname\r\0');
  await vi.waitFor(() => expect(board.typed.toString()).toContain('uname'), waiting);
  const silent = await connectTo('telnet');
  await silent.hears('no token came');
  await silent.isClosed();
  board.print('for friends');
  await friend.hears('for friends');
  for (let attempt = 0; attempt < 5; attempt += 1) {
    const guess = await connectTo('telnet');
    guess.send('wrong-wrong\r\n');
    await guess.hears('wrong token');
    await guess.isClosed();
    expect(guess.text).not.toContain('friends');
  }
  const blocked = await connectTo('telnet');
  await blocked.hears('too many wrong tokens');
  expect(sharing.state.clients.length).toBe(1);
});

test('clients that do not give the token keep nobody out who does', async () => {
  await sharing.close();
  sharing = share({ strangersPerAddress: 2, tokenWithinMs: 60_000, farewellMs: 500 });
  await sharing.apply(doors({ tcp: { address: '0.0.0.0', token: 'secret-42' } }));
  const first = await connectTo('tcp');
  const others = [await connectTo('tcp'), await connectTo('tcp')];
  await first.hears('too many wait to be let in');
  await first.isClosed();
  for (const other of others) other.send('secret-42\n');
  await vi.waitFor(() => expect(sharing.state.clients.length).toBe(2), waiting);
});

test('strangers from many addresses are limited too', async () => {
  await sharing.close();
  sharing = share({ strangersPerDoor: 1, tokenWithinMs: 60_000, farewellMs: 500 });
  await sharing.apply(doors({ tcp: { address: '0.0.0.0', token: 'secret-42' } }));
  const first = await connectTo('tcp');
  const second = await connectTo('tcp');
  await first.isClosed();
  second.send('secret-42\n');
  await vi.waitFor(() => expect(sharing.state.clients.length).toBe(1), waiting);
});

test('a client over the limit is turned away with a word', async () => {
  await sharing.close();
  sharing = share({ clientsPerDoor: 1 });
  await sharing.apply(doors({ telnet: {} }));
  await enter('telnet');
  const second = await connectTo('telnet');
  await second.hears('1 clients are here already');
  await second.isClosed();
});

test('a client that does not read is let go, told, and costs no more than its window', async () => {
  await sharing.close();
  sharing = share({ maxBehindBytes: 1024 * 1024, patienceMs: 0, checkEveryMs: 10 });
  await sharing.apply(doors({ telnet: {} }));
  const stuck = await enter('telnet');
  const quick = await enter('telnet');
  stuck.socket.pause();
  const block = Buffer.alloc(1024 * 1024, 0x61);
  let printed = 0;
  while (sharing.state.clients.length === 2 && printed < 64) {
    board.print(block);
    printed += 1;
    await vi.waitFor(
      () => expect(quick.heard.length).toBeGreaterThanOrEqual(printed * block.length),
      waiting,
    );
  }
  expect(sharing.state.clients.length).toBe(1);
  stuck.socket.resume();
  await stuck.hears('you read too slowly');
  await stuck.isClosed();
  expect(board.readers).toBe(1);
});

test('malformed telnet ends that client only', async () => {
  await sharing.apply(doors({ telnet: {} }));
  const broken = await enter('telnet');
  const fine = await enter('telnet');
  broken.send([255, 250, 44, ...new Array<number>(2000).fill(1), 255, 240]);
  await broken.hears('longer than 1024 bytes');
  await broken.isClosed();
  board.print('go on');
  await fine.hears('go on');
});

test('a line that takes nothing makes its client wait, not the core', async () => {
  await sharing.apply(doors({ tcp: {} }));
  const client = await enter('tcp');
  let unblock: () => void = () => {};
  board.gate = new Promise((resolve) => {
    unblock = resolve;
  });
  const sent = Buffer.alloc(32 * 1024 * 1024, 0x62);
  client.send(sent);
  await vi.waitFor(() => expect(client.socket.bytesWritten).toBeGreaterThan(0), waiting);
  board.print('board speaks');
  await client.hears('board speaks');
  expect(client.socket.writableLength).toBeGreaterThan(0);
  client.destroy();
  unblock();
  await vi.waitFor(() => expect(sharing.state.clients).toEqual([]), waiting);
});

test('a script that closes its side still hears the answer, and then leaves', async () => {
  await sharing.close();
  sharing = share({ lastAnswersMs: 150 });
  await sharing.apply(doors({ unix: {} }));
  const script = await RawClient.connect({ path: sharing.state.unix?.path ?? '', allowHalfOpen: true });
  clients.push(script);
  script.socket.end('version\r');
  await vi.waitFor(() => expect(board.typed.toString()).toBe('version\r'), waiting);
  board.print('U-Boot 2026.07');
  await script.hears('U-Boot 2026.07');
  await vi.waitFor(() => expect(sharing.state.clients).toEqual([]), waiting);
});
