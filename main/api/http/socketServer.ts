import type { IncomingMessage } from 'node:http';
import type { Duplex } from 'node:stream';
import { RPCHandler } from '@orpc/server/ws';
import { type WebSocket, WebSocketServer } from 'ws';
import type { Logger } from '../../base/logger.ts';
import type { ConsoleService, LeaseTable } from '../../console/index.ts';
import type { CallerNames } from '../callers.ts';
import { DataSession } from '../dataServer.ts';
import { nameFieldsInErrors } from '../errors.ts';
import type { LabRouter } from '../router.ts';
import { requestUrl } from './respond.ts';

/** A client that lets this much pile up is gone or stuck: it is dropped, and comes back by itself. */
const maxBufferedBytes = 16 * 1024 * 1024;
const pingEveryMs = 20_000;

export interface SocketServer {
  upgrade(request: IncomingMessage, socket: Duplex, head: Buffer): void;
  close(): void;
}

/** WebSockets of browsers, already let in: /ws/control speaks the contract, /ws/data console bytes. */
export function createSocketServer(
  router: LabRouter,
  consoles: ConsoleService,
  leases: LeaseTable,
  names: CallerNames,
  logger: Logger,
): SocketServer {
  const server = new WebSocketServer({ noServer: true, maxPayload: 1024 * 1024, perMessageDeflate: false });
  const handler = new RPCHandler(router, { clientInterceptors: nameFieldsInErrors });
  const timer = setInterval(() => {
    for (const client of server.clients) {
      if (client.bufferedAmount > maxBufferedBytes) client.terminate();
      else client.ping();
    }
  }, pingEveryMs);
  timer.unref();

  return {
    upgrade(request, socket, head) {
      const { pathname } = requestUrl(request);
      if (pathname !== '/ws/control' && pathname !== '/ws/data') {
        socket.end('HTTP/1.1 404 Not Found\r\nConnection: close\r\nContent-Length: 0\r\n\r\n');
        return;
      }
      server.handleUpgrade(request, socket, head, (client) => {
        client.on('error', (error) => logger.debug('a web client broke', { error: error.message }));
        if (pathname === '/ws/data') {
          serveData(client, consoles);
          return;
        }
        const caller = names.browser();
        client.on('close', () => leases.leave(caller.clientId));
        void handler.upgrade(client, { context: { caller } });
      });
    },
    close() {
      clearInterval(timer);
      for (const client of server.clients) client.terminate();
      server.close();
    },
  };
}

function serveData(client: WebSocket, consoles: ConsoleService): void {
  const session = new DataSession(consoles, { send: (message) => client.send(message) });
  client.on('message', (message, isBinary) => {
    if (!isBinary || !Buffer.isBuffer(message) || !session.receive(message))
      client.close(1003, 'not understood');
  });
  client.on('close', () => session.dispose());
}
