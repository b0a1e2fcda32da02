import { RPCHandler } from '@orpc/server/message-port';
import type { ConsoleService, LeaseTable } from '../console/index.ts';
import type { CallerNames } from './callers.ts';
import { DataSession } from './dataServer.ts';
import { nameFieldsInErrors } from './errors.ts';
import type { LabRouter } from './router.ts';

/** Electron's MessagePortMain, without Electron. */
export interface NodePort {
  on(event: 'message', listener: (event: { data: unknown }) => void): unknown;
  on(event: 'close', listener: () => void): unknown;
  postMessage(message: unknown): void;
  start(): void;
  close(): void;
}

/** Serves a window over its two ports: contract calls on one, console bytes on the other. */
export function createMessagePortServer(
  router: LabRouter,
  consoles: ConsoleService,
  leases: LeaseTable,
  names: CallerNames,
) {
  const handler = new RPCHandler(router, { clientInterceptors: nameFieldsInErrors });
  return (control: NodePort, data: NodePort): void => {
    const caller = names.window();
    handler.upgrade(control as Parameters<typeof handler.upgrade>[0], { context: { caller } });
    const session = new DataSession(consoles, { send: (message) => data.postMessage(message) });
    data.on('message', ({ data: message }) => {
      if (message instanceof Uint8Array) session.receive(message);
      else if (message instanceof ArrayBuffer) session.receive(new Uint8Array(message));
    });
    data.on('close', () => {
      session.dispose();
      if (names.windowLeft()) leases.leave(caller.clientId);
    });
    control.start();
    data.start();
  };
}
