// A bench of USB hardware without any hardware: a Linux with a whole USB stack of its own (real udev, real cdc_acm and
// ftdi_sio, real hub driver) in an emulator, with a headless core inside, and around it devices that are plugged,
// pulled and switched by the tests.
//
//   const bench = setUpBench();                                        // a machine per file, in a second or two
//   const cable = await bench.guest.plug(new PowerCable(), 'desk.3'); // port 3 of the hub that switches power
//   await bench.core.call('POST', '/boards', { ... });                // REST, as a script would
//   await cable.line.until(({ received }) => received === '1');
//
// Sockets: `desk.N` is a hub that switches each port, `cheap.N` one that can't (so that what hangs on it keeps its
// power whatever it says), `machine.N` the machine's own ports, `desk.4.1` a hub plugged into `desk.4`.
// A `Board` is told by its `supply` whether the power really went: `socketSupply` tells the truth, `alwaysOn` lies.
export type { ProgramEnd } from '../guest/agentMessages.ts';
export { alwaysOn, Board, type Supply, socketSupply } from './bench/board.ts';
export { PowerCable } from './bench/powerCable.ts';
export { EventReader } from './eventReader.ts';
export { Guest, type GuestUser, type Snapshot } from './guest.ts';
export { GuestCore } from './guestCore.ts';
export { currentSnapshot } from './image/snapshot.ts';
export { type Bench, setUpBench } from './setUpBench.ts';
export { UdevWatch } from './udevWatch.ts';
export { until } from './until.ts';
export { AcmDevice } from './usb/acmDevice.ts';
export { FtdiAdapter } from './usb/ftdiAdapter.ts';
export { UsbDisk, UsbHub, UsbKeyboard } from './usb/otherDevices.ts';
export { byPathOf, linuxNameOf, type PlugPoint, socketIdOf } from './usb/plug.ts';
