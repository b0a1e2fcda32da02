import { connect, type Server } from 'node:net';

/** sockaddr_un holds 108 bytes with the closing zero. */
export const maxSocketPathBytes = 107;
const answerWithinMs = 2_000;

/** Whether somebody listens on the socket at `path`; a leftover of a program that ended answers nobody. */
export function isAnswered(path: string): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(path);
    const end = (result: boolean) => {
      socket.destroy();
      resolve(result);
    };
    socket.setTimeout(answerWithinMs, () => end(true));
    socket.once('connect', () => end(true));
    socket.once('error', () => end(false));
  });
}

/** Calls `listen` and resolves once the server does. Rejects with the system's error. */
export function listening(server: Server, listen: () => void): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    server.once('listening', () => {
      server.off('error', reject);
      resolve();
    });
    listen();
  });
}

/** Listens on a socket that only this user may open (0600). Rejects with the system's error. */
export function listenPrivately(server: Server, path: string): Promise<void> {
  return listening(server, () => {
    // Closed to others from its first moment: chmod afterwards would leave a gap. listen() binds before it returns,
    // so nothing else is made under this mask.
    const umask = process.umask(0o177);
    try {
      server.listen(path);
    } finally {
      process.umask(umask);
    }
  });
}
