import { createORPCClient } from '@orpc/client';
import { RPCLink } from '@orpc/client/websocket';
import { deferred } from './deferred.ts';
import { DisconnectedError, UnauthorizedError } from './labProblem.ts';
import type { ByteChannel, LabClient, LabLink, OpenLink } from './link.ts';
import { hasSession } from './session.ts';

const openTimeoutMs = 8000;

/** The way to the core in a browser: two WebSockets of the same origin, let in by the session cookie. */
export const openBrowserLink: OpenLink = async (signal) => {
  const control = new WebSocket(socketUrl('/ws/control'));
  const data = new WebSocket(socketUrl('/ws/data'));
  control.binaryType = 'arraybuffer';
  data.binaryType = 'arraybuffer';
  const { promise: closed, resolve: markClosed } = deferred<void>();
  const close = () => {
    control.close();
    data.close();
    markClosed();
  };
  control.addEventListener('close', close);
  data.addEventListener('close', close);
  const bytes = socketChannel(data);
  try {
    await Promise.all([opened(control, signal), opened(data, signal)]);
  } catch (error) {
    close();
    // A refused WebSocket never says why: ask over plain HTTP whether it is us who are refused.
    if (!signal.aborted && !(await hasSession())) throw new UnauthorizedError();
    throw error;
  }
  const client: LabClient = createORPCClient(new RPCLink({ websocket: control }));
  const link: LabLink = { client, bytes, closed, close };
  return link;
};

function socketUrl(path: string): string {
  const url = new URL(path, window.location.href);
  url.protocol = url.protocol === 'https:' ? 'wss:' : 'ws:';
  url.hash = '';
  return url.href;
}

function opened(socket: WebSocket, signal: AbortSignal): Promise<void> {
  const { promise, resolve, reject } = deferred<void>();
  const giveUp = () => reject(new DisconnectedError());
  const timer = setTimeout(giveUp, openTimeoutMs);
  socket.addEventListener('open', () => resolve(), { once: true });
  socket.addEventListener('close', giveUp, { once: true });
  signal.addEventListener('abort', giveUp, { once: true });
  return promise.finally(() => {
    clearTimeout(timer);
    signal.removeEventListener('abort', giveUp);
  });
}

function socketChannel(socket: WebSocket): ByteChannel {
  let listener: ((message: Uint8Array) => void) | null = null;
  let early: Uint8Array[] = [];
  socket.addEventListener('message', (event: MessageEvent<ArrayBuffer | string>) => {
    if (typeof event.data === 'string') return;
    const message = new Uint8Array(event.data);
    if (listener === null) early.push(message);
    else listener(message);
  });
  return {
    send: (message) => {
      if (socket.readyState === WebSocket.OPEN) socket.send(message);
    },
    listen: (next) => {
      listener = next;
      for (const message of early) next(message);
      early = [];
    },
  };
}
