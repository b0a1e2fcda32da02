import { packetType, type RedirPacket } from './redirPackets.ts';
import type { UsbModel } from './usbModel.ts';

const slots = 32;
const versionBytes = 64;
/**
 * Bit numbers of usbredir: the device's version in device_connect, packet sizes in ep_info, ids of 64 bits, lengths
 * of 32. QEMU wants all of them for a port that could also be one of USB 3.
 */
const capabilities = (1 << 1) | (1 << 4) | (1 << 5) | (1 << 6);
const fullSpeed = 1;
const endpointType = { control: 0, bulk: 2, interrupt: 3, none: 255 } as const;

export function hello(): RedirPacket {
  const body = Buffer.alloc(versionBytes + 4);
  body.write('labdeck bench', 0, 'latin1');
  body.writeUInt32LE(capabilities, versionBytes);
  return { type: packetType.hello, id: 0n, body };
}

/** What tells the other end that a device is here, in the order it must come. */
export function connectPackets(model: UsbModel): RedirPacket[] {
  return [endpointInfo(model), interfaceInfo(model), deviceConnect(model)];
}

function deviceConnect({ deviceClass, vendorId, productId }: UsbModel): RedirPacket {
  const body = Buffer.alloc(10);
  body[0] = fullSpeed;
  body[1] = deviceClass.classCode;
  body[2] = deviceClass.subclass;
  body[3] = deviceClass.protocol;
  body.writeUInt16LE(vendorId, 4);
  body.writeUInt16LE(productId, 6);
  body.writeUInt16LE(0x0100, 8);
  return { type: packetType.deviceConnect, id: 0n, body };
}

function interfaceInfo({ interfaces }: UsbModel): RedirPacket {
  const body = Buffer.alloc(4 + 4 * slots);
  body.writeUInt32LE(interfaces.length, 0);
  for (const [number, { classCode, subclass, protocol }] of interfaces.entries()) {
    body[4 + number] = number;
    body[4 + slots + number] = classCode;
    body[4 + 2 * slots + number] = subclass;
    body[4 + 3 * slots + number] = protocol;
  }
  return { type: packetType.interfaceInfo, id: 0n, body };
}

function endpointInfo({ endpoints }: UsbModel): RedirPacket {
  const body = Buffer.alloc(3 * slots + 2 * slots);
  body.fill(endpointType.none, 0, slots);
  // The default control pipe, both ways.
  body[0] = body[16] = endpointType.control;
  for (const { address, type, intervalMs, interfaceNumber, maxPacketBytes } of endpoints) {
    const slot = ((address & 0x80) >> 3) | (address & 0x0f);
    body[slot] = endpointType[type];
    body[slots + slot] = intervalMs;
    body[2 * slots + slot] = interfaceNumber;
    body.writeUInt16LE(maxPacketBytes, 3 * slots + 2 * slot);
  }
  return { type: packetType.endpointInfo, id: 0n, body };
}
