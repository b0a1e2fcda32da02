import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { doors, SharingBench, waiting } from '../../../test/fakes/sharingBench.ts';

let bench: SharingBench;
beforeEach(() => {
  bench = new SharingBench();
});
afterEach(() => bench.dispose());

test('an open door with a token lets in who gives it first, and nobody else', async () => {
  await bench.limit({ tokenWithinMs: 200, farewellMs: 500 });
  await bench.sharing.apply(doors({ telnet: { address: '0.0.0.0', token: 'secret-42' } }));
  expect(bench.sharing.state.telnet).toMatchObject({ withToken: true, exposed: true });
  const friend = await bench.connectTo('telnet');
  await friend.hears('Token: ');
  friend.send('secret-42\r\0uname\r\0');
  await vi.waitFor(() => expect(bench.board.typed.toString()).toContain('uname'), waiting);
  const silent = await bench.connectTo('telnet');
  await silent.hears('no token came');
  await silent.isClosed();
  bench.board.print('for friends');
  await friend.hears('for friends');
  for (let attempt = 0; attempt < 5; attempt += 1) {
    const guess = await bench.connectTo('telnet');
    guess.send('wrong-wrong\r\n');
    await guess.hears('wrong token');
    await guess.isClosed();
    expect(guess.text).not.toContain('friends');
  }
  const blocked = await bench.connectTo('telnet');
  await blocked.hears('too many wrong tokens');
  expect(bench.sharing.state.clients.length).toBe(1);
});

test('clients that do not give the token keep nobody out who does', async () => {
  await bench.limit({ strangersPerAddress: 2, tokenWithinMs: 60_000, farewellMs: 500 });
  await bench.sharing.apply(doors({ tcp: { address: '0.0.0.0', token: 'secret-42' } }));
  const first = await bench.connectTo('tcp');
  const others = [await bench.connectTo('tcp'), await bench.connectTo('tcp')];
  await first.hears('too many wait to be let in');
  await first.isClosed();
  for (const other of others) other.send('secret-42\n');
  await vi.waitFor(() => expect(bench.sharing.state.clients.length).toBe(2), waiting);
});

test('strangers from many addresses are limited too', async () => {
  await bench.limit({ strangersPerDoor: 1, tokenWithinMs: 60_000, farewellMs: 500 });
  await bench.sharing.apply(doors({ tcp: { address: '0.0.0.0', token: 'secret-42' } }));
  const first = await bench.connectTo('tcp');
  const second = await bench.connectTo('tcp');
  await first.isClosed();
  second.send('secret-42\n');
  await vi.waitFor(() => expect(bench.sharing.state.clients.length).toBe(1), waiting);
});

test('a client over the limit is turned away with a word', async () => {
  await bench.limit({ clientsPerDoor: 1 });
  await bench.sharing.apply(doors({ telnet: {} }));
  await bench.enter('telnet');
  const second = await bench.connectTo('telnet');
  await second.hears('1 clients are here already');
  await second.isClosed();
});

test('a client that does not read is let go, told, and costs no more than its window', async () => {
  await bench.limit({ maxBehindBytes: 1024 * 1024, patienceMs: 0, checkEveryMs: 10 });
  await bench.sharing.apply(doors({ telnet: {} }));
  const stuck = await bench.enter('telnet');
  const quick = await bench.enter('telnet');
  stuck.socket.pause();
  const block = Buffer.alloc(1024 * 1024, 0x61);
  let printed = 0;
  while (bench.sharing.state.clients.length === 2 && printed < 64) {
    bench.board.print(block);
    printed += 1;
    await vi.waitFor(
      () => expect(quick.heard.length).toBeGreaterThanOrEqual(printed * block.length),
      waiting,
    );
  }
  expect(bench.sharing.state.clients.length).toBe(1);
  stuck.socket.resume();
  await stuck.hears('you read too slowly');
  await stuck.isClosed();
  expect(bench.board.readers).toBe(1);
});

test('malformed telnet ends that client only', async () => {
  await bench.sharing.apply(doors({ telnet: {} }));
  const broken = await bench.enter('telnet');
  const fine = await bench.enter('telnet');
  broken.send([255, 250, 44, ...new Array<number>(2000).fill(1), 255, 240]);
  await broken.hears('longer than 1024 bytes');
  await broken.isClosed();
  bench.board.print('go on');
  await fine.hears('go on');
});

test('a line that takes nothing makes its client wait, not the core', async () => {
  await bench.sharing.apply(doors({ tcp: {} }));
  const client = await bench.enter('tcp');
  let unblock: () => void = () => {};
  bench.board.gate = new Promise((resolve) => {
    unblock = resolve;
  });
  const sent = Buffer.alloc(32 * 1024 * 1024, 0x62);
  client.send(sent);
  await vi.waitFor(() => expect(client.socket.bytesWritten).toBeGreaterThan(0), waiting);
  bench.board.print('board speaks');
  await client.hears('board speaks');
  expect(client.socket.writableLength).toBeGreaterThan(0);
  client.destroy();
  unblock();
  await vi.waitFor(() => expect(bench.sharing.state.clients).toEqual([]), waiting);
});
