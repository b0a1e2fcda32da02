export type { Indicator } from './hubAbilities.ts';
export { controllerId, socketIdOf } from './socketId.ts';
export type { SwitchOptions } from './socketSwitch.ts';
export { type SocketConsequences, type UsbDeps, UsbService } from './usbService.ts';
