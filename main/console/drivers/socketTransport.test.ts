import { mkdtempSync, rmSync } from 'node:fs';
import { createServer, type ListenOptions, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { describeConsoleTransport, type TransportRig } from './consoleTransport.suite.ts';
import { type SocketAddress, SocketTransport } from './socketTransport.ts';

const never = new AbortController().signal;

/** A server such as ser2net's raw mode: one line, all bytes. */
async function makeRig(
  listen: ListenOptions,
  address: (port: number) => SocketAddress,
): Promise<TransportRig> {
  const sockets = new Set<Socket>();
  let typed = Buffer.alloc(0);
  const server = createServer((socket) => {
    sockets.add(socket);
    socket.on('error', () => {});
    socket.on('data', (bytes) => {
      typed = Buffer.concat([typed, bytes]);
    });
    if (waiting.length > 0) socket.write(Buffer.concat(waiting.splice(0)));
  });
  const waiting: Uint8Array[] = [];
  await new Promise<void>((resolve) => server.listen(listen, resolve));
  const bound = server.address();
  return {
    transport: new SocketTransport(address(bound !== null && typeof bound === 'object' ? bound.port : 0)),
    print: (bytes) => {
      // Connected from our side is not yet accepted on theirs.
      if (sockets.size === 0) waiting.push(bytes);
      for (const socket of sockets) socket.write(bytes);
    },
    typed: () => typed,
    hangUp: async () => {
      for (const socket of sockets) socket.destroy();
      await new Promise<void>((resolve) => {
        server.close(() => resolve());
        for (const socket of sockets) socket.destroy();
        server.on('connection', (socket) => socket.destroy());
      });
    },
    dispose: async () => {
      for (const socket of sockets) socket.destroy();
      server.close();
    },
  };
}

describeConsoleTransport('raw TCP', () =>
  makeRig({ host: '127.0.0.1', port: 0 }, (port) => ({ kind: 'tcp', host: '127.0.0.1', port })),
);

describeConsoleTransport('unix socket', async () => {
  const dir = mkdtempSync(join(tmpdir(), 'labdeck-line-'));
  const path = join(dir, 'line.sock');
  const rig = await makeRig({ path }, () => ({ kind: 'unix', path }));
  return {
    ...rig,
    dispose: async () => {
      await rig.dispose();
      rmSync(dir, { recursive: true, force: true });
    },
  };
});

test('nobody there is told with what to do about it', async () => {
  const probe = createServer().listen(0, '127.0.0.1');
  await new Promise((resolve) => probe.once('listening', resolve));
  const { port } = probe.address() as { port: number };
  await new Promise((resolve) => probe.close(resolve));
  const tcp = new SocketTransport({ kind: 'tcp', host: '127.0.0.1', port });
  await expect(tcp.open(never)).rejects.toMatchObject({
    code: 'DEVICE_GONE',
    message: `Nobody listens at 127.0.0.1:${port}`,
    hint: expect.stringContaining('Start the server'),
  });
  const unix = new SocketTransport({ kind: 'unix', path: '/nonexistent/line.sock' });
  await expect(unix.open(never)).rejects.toMatchObject({ code: 'DEVICE_GONE' });
});
