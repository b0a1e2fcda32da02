export type { OnSend, PowerDriver } from './powerDriver.ts';
export { type PowerCommand, type PowerDeps, PowerService } from './powerService.ts';
