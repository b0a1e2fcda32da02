import type { AddressInfo } from 'node:net';
import { createServer, type Server, type Socket } from 'node:net';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { FakeClock } from '../../../../test/fakes/fakeClock.ts';
import { TasmotaServer } from '../../../../test/fakes/outlets/tasmotaServer.ts';
import { systemClock } from '../../../base/clock.ts';
import { Sending } from '../outletBackend.ts';
import { OutletHttp } from './outletHttp.ts';

const never = new AbortController().signal;
let server: TasmotaServer;
beforeEach(async () => {
  server = await new TasmotaServer().start();
});
afterEach(() => server.stop());

const http = (baseUrl: string) => new OutletHttp({ baseUrl, clock: systemClock, timeoutMs: 5000 });

test('spaces and signs of a query arrive as they were', async () => {
  await http(server.url).ask({ path: '/cm', query: { cmnd: 'Power1 On', password: 'a+b &c=%d' } }, never);
  expect(server.heard[0]?.url).toBe('/cm?cmnd=Power1%20On&password=a%2Bb%20%26c%3D%25d');
});

test('an address that is none is told at the first request, not before', async () => {
  const broken = http('http://plug.lan:99999');
  expect(broken.host).toBe('http://plug.lan:99999');
  await expect(broken.ask({ path: '/cm' }, never)).rejects.toMatchObject({
    code: 'BAD_REQUEST',
    data: { field: 'power.url' },
  });
});

test('https where http is spoken is told as a wrong address', async () => {
  const sending = new Sending('on', undefined);
  const ask = http(server.url.replace('http:', 'https:')).ask({ path: '/cm', sending }, never);
  await expect(ask).rejects.toMatchObject({ code: 'COMMAND_FAILED', hint: expect.stringContaining('https') });
  expect(sending.doubtful).toBe(false);
});

test('a user with characters no header carries is refused before anything leaves', async () => {
  const ask = http(server.url).ask(
    { path: '/', headers: { authorization: 'Digest username="a\nb"' } },
    never,
  );
  await expect(ask).rejects.toMatchObject({ code: 'BAD_REQUEST' });
  expect(server.heard).toEqual([]);
});

test('the deadline counts from the start, also where nobody takes the connection up', async () => {
  const { server: mute, url, sockets } = await listenMute();
  const clock = new FakeClock();
  try {
    const slow = new OutletHttp({ baseUrl: url, clock, timeoutMs: 5000 });
    const ask = slow.ask({ path: '/' }, never).catch((error: unknown) => error);
    await clock.pass(4999);
    expect(clock.sleeping).toBe(1);
    await clock.pass(1);
    expect(await ask).toMatchObject({ code: 'TIMEOUT' });
    expect(clock.sleeping).toBe(0);
  } finally {
    for (const socket of sockets) socket.destroy();
    mute.close();
  }
});

test('a request leaves no connection behind', async () => {
  const {
    server: counted,
    url,
    sockets,
  } = await listenMute((socket) =>
    socket.write('HTTP/1.1 200 OK\r\nconnection: keep-alive\r\ncontent-length: 2\r\n\r\n{}'),
  );
  try {
    for (let count = 1; count <= 3; count += 1) await http(url).ask({ path: '/' }, never);
    expect(sockets).toHaveLength(3);
    await Promise.all(
      sockets.map((socket) => socket.closed || new Promise((resolve) => socket.once('close', resolve))),
    );
  } finally {
    for (const socket of sockets) socket.destroy();
    counted.close();
  }
});

/** A TCP server that says nothing by itself. */
async function listenMute(
  hear: (socket: Socket) => void = () => {},
): Promise<{ server: Server; url: string; sockets: Socket[] }> {
  const sockets: Socket[] = [];
  const mute = createServer((socket) => {
    sockets.push(socket);
    socket.on('error', () => {});
    socket.on('data', () => hear(socket));
  });
  await new Promise<void>((resolve) => mute.listen(0, '127.0.0.1', resolve));
  return { server: mute, url: `http://127.0.0.1:${(mute.address() as AddressInfo).port}`, sockets };
}
