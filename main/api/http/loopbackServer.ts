import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Logger } from '../../base/logger.ts';
import { readStaticFile } from '../../base/staticFiles.ts';
import { LabError } from '../../contract/labError.ts';
import { AccessControl } from './accessControl.ts';
import { requestUrl, respondError, respondJson } from './respond.ts';
import type { RestHandler } from './restHandler.ts';
import { restPrefix } from './restHandler.ts';
import type { SocketServer } from './socketServer.ts';
import { respondFile } from './staticFiles.ts';

export interface LoopbackDeps {
  /** 0: any free port. */
  readonly port: number;
  readonly rest: RestHandler;
  readonly sockets: SocketServer;
  /** The built renderer. */
  readonly rendererDir: string;
  readonly logger: Logger;
}

export interface LoopbackServer {
  readonly url: string;
  readonly token: string;
  close(): Promise<void>;
}

/** Serves the window, the contract (WebSocket) and REST to this machine alone. Rejects with LabError CONFLICT. */
export async function startLoopbackServer(deps: LoopbackDeps): Promise<LoopbackServer> {
  const server = createServer();
  const port = await listen(server, deps.port);
  const access = new AccessControl(port);
  const { logger } = deps;

  server.on('request', (request: IncomingMessage, response: ServerResponse) => {
    answer(deps, access, request, response).catch((error) => {
      if (!(error instanceof LabError)) logger.error('a request failed', { path: request.url, error });
      respondError(response, error);
    });
  });
  server.on('upgrade', (request, socket, head) => {
    // Node hands the socket over bare: without a listener a client that resets it would end the process.
    socket.on('error', () => {});
    try {
      access.checkSource(request);
      access.checkToken(request);
      deps.sockets.upgrade(request, socket, head);
    } catch (error) {
      const status =
        error instanceof LabError && error.code === 'UNAUTHORIZED' ? '401 Unauthorized' : '403 Forbidden';
      socket.end(`HTTP/1.1 ${status}\r\nConnection: close\r\nContent-Length: 0\r\n\r\n`);
    }
  });

  return {
    url: `http://127.0.0.1:${port}`,
    token: access.token,
    close: () => closeServer(server),
  };
}

async function answer(
  deps: LoopbackDeps,
  access: AccessControl,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  access.checkSource(request);
  const url = requestUrl(request);
  if (url.pathname === '/session' && request.method === 'POST') {
    response.setHeader('set-cookie', access.createSession(request));
    respondJson(response, 200, { ok: true });
  } else if (url.pathname.startsWith(`${restPrefix}/`)) {
    access.checkToken(request);
    await deps.rest(request, response, url);
  } else {
    const readable = request.method === 'GET' || request.method === 'HEAD';
    const file = readable ? await readStaticFile(deps.rendererDir, url.pathname) : null;
    if (!file) throw new LabError('NOT_FOUND', `There is no ${url.pathname}`);
    respondFile(response, file, request.headers.host ?? '');
  }
}

function listen(server: Server, port: number): Promise<number> {
  return new Promise((resolve, reject) => {
    server.once('error', (cause: NodeJS.ErrnoException) => {
      reject(
        new LabError(
          'CONFLICT',
          cause.code === 'EADDRINUSE'
            ? `Port ${port} is taken`
            : `Port ${port} cannot be used: ${cause.message}`,
          { hint: 'Choose another with --port, or leave it out.' },
          { cause },
        ),
      );
    });
    server.listen(port, '127.0.0.1', () => resolve((server.address() as AddressInfo).port));
  });
}

export function closeServer(server: Server): Promise<void> {
  return new Promise((resolve) => {
    server.close(() => resolve());
    server.closeAllConnections();
  });
}
