export { CallerNames } from './callers.ts';
export type { Services } from './context.ts';
export { type LoopbackServer, startLoopbackServer } from './http/loopbackServer.ts';
export { createRestHandler } from './http/restHandler.ts';
export { createSocketServer } from './http/socketServer.ts';
export { startUnixSocketServer } from './http/unixSocketServer.ts';
export { createMessagePortServer, type NodePort } from './messagePort.ts';
export { createRouter } from './router.ts';
