import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { FakeLineControl } from '../../../test/fakes/fakeLineControl.ts';
import { doors, SharingBench, waiting } from '../../../test/fakes/sharingBench.ts';

let bench: SharingBench;
beforeEach(() => {
  bench = new SharingBench();
});
afterEach(() => bench.dispose());

test('every client sees what is printed, and each may type', async () => {
  await bench.sharing.apply(doors({ unix: {}, telnet: {}, tcp: {} }));
  const all = [await bench.enter('unix'), await bench.enter('telnet'), await bench.enter('tcp')];
  bench.board.print('U-Boot> ');
  for (const client of all) await client.hears('U-Boot> ');
  for (const [at, client] of all.entries()) client.send(`${at}`);
  await vi.waitFor(() => expect([...bench.board.typed.toString()].sort().join('')).toBe('012'), waiting);
  expect(bench.sharing.state.clients.map((client) => client.who.replace(/\d+$/, ''))).toEqual([
    'unix socket #',
    'telnet 127.0.0.1:',
    'tcp 127.0.0.1:',
  ]);
});

test('a client sees what is printed after it came, not before', async () => {
  await bench.sharing.apply(doors({ tcp: {} }));
  bench.board.print('old');
  const client = await bench.enter('tcp');
  bench.board.print('new');
  await client.hears('new');
  expect(client.text).toBe('new');
});

test('every byte passes a raw door unchanged, both ways', async () => {
  await bench.sharing.apply(doors({ unix: {} }));
  const client = await bench.enter('unix');
  const bytes = Uint8Array.from({ length: 1024 }, (_, at) => at);
  bench.board.print(bytes);
  client.send(bytes);
  await vi.waitFor(() => {
    expect(client.heard.equals(bytes)).toBe(true);
    expect(bench.board.typed.equals(bytes)).toBe(true);
  }, waiting);
});

test('on telnet, whoever speaks no telnet has its bytes passed unchanged; a telnet client has Enter made a CR', async () => {
  await bench.sharing.apply(doors({ telnet: {} }));
  const bare = await bench.enter('telnet');
  bare.send('a\r\nb\r\0');
  await vi.waitFor(() => expect(bench.board.typed.toString()).toBe('a\r\nb\r\0'), waiting);
  const telnet = await bench.enter('telnet');
  // DO ECHO, DONT BINARY (it stays an NVT), then Enter cut in the middle.
  telnet.send([255, 253, 1, 255, 252, 0, 0x63, 0x0d]);
  await vi.waitFor(() => expect(bench.board.typed.toString()).toMatch(/c\r$/), waiting);
  telnet.send([0x00, 0x64, 0x0d, 0x0a, 0x65]);
  await vi.waitFor(() => expect(bench.board.typed.toString()).toMatch(/c\rd\re$/), waiting);
});

test('a refused key is told once at every door, and nobody is disconnected', async () => {
  await bench.sharing.apply(doors({ telnet: {}, tcp: {} }));
  const telnet = await bench.enter('telnet');
  const raw = await bench.enter('tcp');
  bench.board.holder = { clientId: 'robot', who: 'nightly-ci' };
  for (let key = 0; key < 20; key += 1) {
    telnet.send('x');
    raw.send('x');
  }
  for (const client of [telnet, raw])
    await client.hears('[Labdeck: nightly-ci is writing. Ask for the lease.]\r\n');
  bench.board.holder = null;
  telnet.send('t');
  raw.send('r');
  await vi.waitFor(() => expect([...bench.board.typed.toString()].sort().join('')).toMatch(/rt/), waiting);
  for (const client of [telnet, raw]) expect(client.text.split('nightly-ci').length - 1).toBe(1);
});

test('a program that threw away what it heard while it opened its port is told again once it types', async () => {
  await bench.sharing.apply(doors({ telnet: {} }));
  bench.board.line = new FakeLineControl();
  bench.board.holder = { clientId: 'robot', who: 'nightly-ci' };
  const client = await bench.enter('telnet');
  // SET-BAUDRATE 9600.
  client.send([255, 250, 44, 1, 0, 0, 0x25, 0x80, 255, 240]);
  await client.hears('nightly-ci is writing. Ask for the lease.');
  client.heard = Buffer.alloc(0);
  client.send('x');
  await client.hears('nightly-ci is writing. Ask for the lease.');
});

test('an RFC 2217 client that opens its port as the line stands keeps nobody from typing', async () => {
  await bench.sharing.apply(doors({ telnet: {} }));
  bench.board.line = new FakeLineControl();
  const client = await bench.enter('telnet');
  // DTR on, RTS on, purge both buffers, then a question: requests are answered in order.
  for (const request of [
    [5, 8],
    [5, 11],
    [12, 3],
    [1, 0, 0, 0, 0],
  ])
    client.send([255, 250, 44, ...request, 255, 240]);
  await client.hears('\xff\xfa\x2c\x65');
  expect(bench.board.claimants.size).toBe(0);
});

test('an RFC 2217 client leaves the line as it found it', async () => {
  await bench.sharing.apply(doors({ telnet: {} }));
  const uart = new FakeLineControl();
  bench.board.line = uart;
  const client = await bench.enter('telnet');
  client.send([255, 250, 44, 1, 0, 0, 0x25, 0x80, 255, 240]);
  await vi.waitFor(() => expect(uart.parameters.baudRate).toBe(9_600), waiting);
  // Even while another writes by then.
  bench.board.holder = { clientId: 'robot', who: 'nightly-ci' };
  client.destroy();
  await vi.waitFor(() => expect(uart.parameters).toEqual(bench.board.parameters), waiting);
});

test('a newcomer on telnet is greeted, and told who writes when somebody does', async () => {
  await bench.sharing.apply(doors({ telnet: {} }));
  const first = await bench.enter('telnet');
  await first.hears('[Labdeck: beagle.main]');
  bench.board.holder = { clientId: 'robot', who: 'nightly\x1b]0;ci' };
  const second = await bench.enter('telnet');
  await second.hears('[Labdeck: beagle.main; nightly ]0;ci is writing]');
});

test('news go to the people on telnet, but not to the one they are about, nor among raw bytes', async () => {
  await bench.sharing.apply(doors({ telnet: {}, unix: {} }));
  const raw = await bench.enter('unix');
  const writer = await bench.enter('telnet');
  const writerId =
    bench.sharing.state.clients.find((client) => client.who.startsWith('telnet'))?.clientId ?? '';
  const other = await bench.enter('telnet');
  bench.sharing.tell('alice writes now', writerId);
  await other.hears('\r\n[Labdeck: alice writes now]\r\n');
  bench.board.print('end');
  await Promise.all([raw.hears('end'), writer.hears('end')]);
  expect(raw.text).toBe('end');
  expect(writer.text).not.toContain('alice');
});

test('a script that closes its side still hears the answer, and then leaves', async () => {
  await bench.limit({ lastAnswersMs: 150 });
  await bench.sharing.apply(doors({ unix: {} }));
  const script = await bench.connectTo('unix', true);
  script.socket.end('version\r');
  await vi.waitFor(() => expect(bench.board.typed.toString()).toBe('version\r'), waiting);
  bench.board.print('U-Boot 2026.07');
  await script.hears('U-Boot 2026.07');
  await vi.waitFor(() => expect(bench.sharing.state.clients).toEqual([]), waiting);
});
