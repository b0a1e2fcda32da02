/** Framing of usbredir (docs/usb-redirection-protocol of usbredir), little-endian throughout. */

export const packetType = {
  hello: 0,
  deviceConnect: 1,
  deviceDisconnect: 2,
  reset: 3,
  interfaceInfo: 4,
  endpointInfo: 5,
  setConfiguration: 6,
  getConfiguration: 7,
  configurationStatus: 8,
  setAltSetting: 9,
  getAltSetting: 10,
  altSettingStatus: 11,
  startInterruptReceiving: 15,
  stopInterruptReceiving: 16,
  interruptReceivingStatus: 17,
  cancelDataPacket: 21,
  control: 100,
  bulk: 101,
} as const;

export const packetStatus = { success: 0, cancelled: 1, stall: 4 } as const;

const shortHeaderBytes = 12;
const longHeaderBytes = 16;

export interface RedirPacket {
  readonly type: number;
  readonly id: bigint;
  readonly body: Buffer;
}

/** The greeting has ids of 32 bits; whatever comes after both greetings has 64, as both ends can. */
export function encodePacket({ type, id, body }: RedirPacket): Buffer {
  const header = Buffer.alloc(type === packetType.hello ? shortHeaderBytes : longHeaderBytes);
  header.writeUInt32LE(type, 0);
  header.writeUInt32LE(body.length, 4);
  if (type === packetType.hello) header.writeUInt32LE(Number(id), 8);
  else header.writeBigUInt64LE(id, 8);
  return Buffer.concat([header, body]);
}

/** Puts packets together again from a stream's pieces. */
export class PacketReader {
  #rest: Buffer = Buffer.alloc(0);

  take(chunk: Buffer): RedirPacket[] {
    this.#rest = Buffer.concat([this.#rest, chunk]);
    const packets: RedirPacket[] = [];
    for (let packet = this.#next(); packet !== null; packet = this.#next()) packets.push(packet);
    return packets;
  }

  #next(): RedirPacket | null {
    if (this.#rest.length < shortHeaderBytes) return null;
    const type = this.#rest.readUInt32LE(0);
    const headerBytes = type === packetType.hello ? shortHeaderBytes : longHeaderBytes;
    const end = headerBytes + this.#rest.readUInt32LE(4);
    if (this.#rest.length < end) return null;
    const id = type === packetType.hello ? 0n : this.#rest.readBigUInt64LE(8);
    const body = this.#rest.subarray(headerBytes, end);
    this.#rest = this.#rest.subarray(end);
    return { type, id, body };
  }
}
