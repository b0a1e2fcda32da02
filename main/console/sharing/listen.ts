import { lstat, unlink } from 'node:fs/promises';
import type { Server } from 'node:net';
import { errnoOf } from '../../base/errno.ts';
import { isAnswered, listening, listenPrivately, maxSocketPathBytes } from '../../base/unixSocket.ts';
import { fail, LabError } from '../../contract/labError.ts';

/**
 * Listens on a TCP port; 0: any free one. Resolves with the real port; rejects with LabError CONFLICT (taken),
 * PERMISSION_DENIED (a port below 1024) or BAD_REQUEST (an address this machine does not have). `field` is the
 * input those speak of.
 */
export async function listenOnPort(
  server: Server,
  address: string,
  port: number,
  field: 'telnet' | 'tcp',
): Promise<number> {
  await listening(server, () => server.listen({ host: address, port, exclusive: true })).catch((cause) => {
    throw explainPort(cause, address, port, field);
  });
  const bound = server.address();
  return bound !== null && typeof bound === 'object' ? bound.port : port;
}

/**
 * Listens on a unix socket that only this user may open (0600). A socket nobody answers on is a leftover and is
 * replaced; rejects with LabError CONFLICT when somebody does, or when the path is no socket, and BAD_REQUEST when
 * it is too long for one.
 */
export async function listenOnPath(server: Server, path: string): Promise<void> {
  if (Buffer.byteLength(path) > maxSocketPathBytes)
    fail(
      'BAD_REQUEST',
      `The path is too long for a socket: ${path}`,
      'Use a data folder with a shorter path.',
    );
  await removeLeftover(path);
  await listenPrivately(server, path).catch((cause) => {
    const code = errnoOf(cause) === 'EADDRINUSE' ? 'CONFLICT' : 'PERMISSION_DENIED';
    throw new LabError(
      code,
      `No socket could be made at ${path}: ${cause.message}`,
      { hint: 'Make its folder writable for you.' },
      { cause },
    );
  });
}

async function removeLeftover(path: string): Promise<void> {
  const found = await lstat(path).catch(() => null);
  if (!found) return;
  if (!found.isSocket()) fail('CONFLICT', `${path} is there already and is no socket`, 'Move it away.');
  if (await isAnswered(path)) fail('CONFLICT', `Another program listens on ${path}`, 'Quit it.');
  await unlink(path);
}

function explainPort(cause: unknown, address: string, port: number, field: string): LabError {
  switch (errnoOf(cause)) {
    case 'EADDRINUSE':
      return new LabError(
        'CONFLICT',
        `Port ${port} is taken`,
        { hint: 'Choose another, or 0 for any free one.', field: `${field}.port` },
        { cause },
      );
    case 'EACCES':
      return new LabError(
        'PERMISSION_DENIED',
        `You may not listen on port ${port}`,
        { hint: 'Choose one from 1024 on.', field: `${field}.port` },
        { cause },
      );
    default:
      return new LabError(
        'BAD_REQUEST',
        `${address} is no address of this machine`,
        { hint: 'Use 127.0.0.1, or 0.0.0.0 for all of them.', field: `${field}.address` },
        { cause },
      );
  }
}
