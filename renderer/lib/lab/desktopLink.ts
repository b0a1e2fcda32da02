import { createORPCClient } from '@orpc/client';
import { RPCLink } from '@orpc/client/message-port';
import { coreGoneMessage, type LabdeckShell, portsMessage } from '../../../main/contract/shell.ts';
import { deferred } from './deferred.ts';
import { DisconnectedError } from './labProblem.ts';
import type { ByteChannel, LabClient, LabLink, OpenLink } from './link.ts';

const portsTimeoutMs = 5000;

/** The way to the core in the desktop app: two MessagePorts handed over by the preload. */
export function openDesktopLink(shell: LabdeckShell): OpenLink {
  return async (signal) => {
    const [control, data] = await receivePorts(shell, signal);
    const { promise: closed, resolve: markClosed } = deferred<void>();
    let open = true;
    const close = () => {
      if (!open) return;
      open = false;
      window.removeEventListener('message', onGone);
      control.close();
      data.close();
      // A port closed from this side says nothing by itself: calls under way on it would wait for ever.
      control.dispatchEvent(new Event('close'));
      markClosed();
    };
    const onGone = (event: MessageEvent<unknown>) => {
      if (event.source === window && event.data === coreGoneMessage) close();
    };
    window.addEventListener('message', onGone);
    // The far end's process died, or it closed one of the two: neither is of use without the other.
    control.addEventListener('close', close);
    data.addEventListener('close', close);
    const bytes = portChannel(data);
    const client: LabClient = createORPCClient(new RPCLink({ port: control }));
    control.start();
    const link: LabLink = { client, bytes, closed, close };
    return link;
  };
}

function portChannel(port: MessagePort): ByteChannel {
  return {
    send: (message) => port.postMessage(message),
    listen: (listener) => {
      port.addEventListener('message', (event: MessageEvent<ArrayBuffer | Uint8Array>) => {
        listener(event.data instanceof Uint8Array ? event.data : new Uint8Array(event.data));
      });
      // A port keeps what arrives until it is started, so nothing is lost before the listener stands.
      port.start();
    },
  };
}

function receivePorts(shell: LabdeckShell, signal: AbortSignal): Promise<[MessagePort, MessagePort]> {
  const { promise, resolve, reject } = deferred<[MessagePort, MessagePort]>();
  const onMessage = (event: MessageEvent<unknown>) => {
    if (event.source !== window || !isPortsMessage(event.data)) return;
    const [control, data] = event.ports;
    if (control !== undefined && data !== undefined) resolve([control, data]);
  };
  const giveUp = () => reject(new DisconnectedError());
  const timer = setTimeout(giveUp, portsTimeoutMs);
  window.addEventListener('message', onMessage);
  signal.addEventListener('abort', giveUp);
  shell.requestPorts();
  return promise.finally(() => {
    clearTimeout(timer);
    window.removeEventListener('message', onMessage);
    signal.removeEventListener('abort', giveUp);
  });
}

function isPortsMessage(data: unknown): boolean {
  if (data === portsMessage) return true;
  return typeof data === 'object' && data !== null && 'type' in data && data.type === portsMessage;
}
