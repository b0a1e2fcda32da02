import { once } from 'node:events';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { errnoOf } from '../../../main/base/errno.ts';

export interface OpenPort {
  readonly server: Server;
  /** null: nothing behind it answers. */
  answer: ((request: IncomingMessage, response: ServerResponse) => void) | null;
}

/** Listens on all of them, or on none and then calls `onTaken` with the first that is taken. */
export async function openPorts(
  ports: readonly { readonly host: number }[],
  onTaken: (port: number) => never,
): Promise<OpenPort[]> {
  const open: OpenPort[] = [];
  for (const { host } of ports) {
    const port: OpenPort = {
      answer: null,
      server: createServer((request, response) => {
        if (port.answer) port.answer(request, response);
        else request.socket.destroy();
      }),
    };
    try {
      port.server.listen(host, '127.0.0.1');
      await once(port.server, 'listening');
      open.push(port);
    } catch (error) {
      await closePorts(open);
      if (errnoOf(error) === 'EADDRINUSE') onTaken(host);
      throw error;
    }
  }
  return open;
}

export async function closePorts(ports: readonly OpenPort[]): Promise<void> {
  for (const { server } of ports) {
    const closed = once(server, 'close');
    server.close();
    server.closeAllConnections();
    await closed;
  }
}
