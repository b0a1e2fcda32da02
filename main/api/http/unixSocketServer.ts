import { unlink } from 'node:fs/promises';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { Logger } from '../../base/logger.ts';
import { isAnswered, listenPrivately, maxSocketPathBytes } from '../../base/unixSocket.ts';
import { LabError } from '../../contract/labError.ts';
import { closeServer } from './loopbackServer.ts';
import { requestUrl, respondError } from './respond.ts';
import type { RestHandler } from './restHandler.ts';
import { restPrefix } from './restHandler.ts';

const inUseHint = 'Use its window, quit it, or start this one with --data OTHER_FOLDER.';

export interface UnixSocketServer {
  readonly path: string;
  close(): Promise<void>;
}

/**
 * The same REST on a unix socket that only this user may open (0600): no token needed. The socket is also what
 * keeps two Labdecks out of one data folder: rejects with LabError CONFLICT when another one answers on it.
 */
export async function startUnixSocketServer(
  path: string,
  rest: RestHandler,
  logger: Logger,
): Promise<UnixSocketServer> {
  if (Buffer.byteLength(path) > maxSocketPathBytes)
    throw new LabError('BAD_REQUEST', `The data folder's path is too long for a socket (${path})`, {
      hint: `Use one whose socket path has at most ${maxSocketPathBytes} bytes.`,
    });
  if (await isAnswered(path))
    throw new LabError('CONFLICT', 'Another Labdeck uses this data folder', { hint: inUseHint });
  await unlink(path).catch(() => {});
  const server = createServer((request, response) => {
    answer(rest, request, response).catch((error) => respondError(response, error));
  });
  await listenPrivately(server, path).catch((cause) => {
    throw explain(path, cause);
  });
  logger.debug('listening', { socket: path });
  return {
    path,
    close: () => closeServer(server),
  };
}

async function answer(rest: RestHandler, request: IncomingMessage, response: ServerResponse): Promise<void> {
  const url = requestUrl(request);
  if (!url.pathname.startsWith(`${restPrefix}/`))
    throw new LabError('NOT_FOUND', `REST is under ${restPrefix}`);
  await rest(request, response, url);
}

function explain(path: string, cause: NodeJS.ErrnoException): LabError {
  if (cause.code === 'EADDRINUSE')
    return new LabError('CONFLICT', 'Another Labdeck uses this data folder', { hint: inUseHint }, { cause });
  return new LabError(
    'PERMISSION_DENIED',
    `The data folder cannot be used: ${path}: ${cause.message}`,
    { hint: 'Make it writable for you, or choose another with --data FOLDER.' },
    { cause },
  );
}
