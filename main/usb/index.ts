export type { Indicator } from './hubAbilities.ts';
export { controllerId, isBehindHub, socketIdOf } from './socketId.ts';
export type { SwitchOptions } from './socketSwitch.ts';
export type { HubOfSocket } from './topology.ts';
export { type SocketConsequences, type UsbDeps, UsbService } from './usbService.ts';
