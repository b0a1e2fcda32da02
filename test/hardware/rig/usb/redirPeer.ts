import type { Socket } from 'node:net';
import { encodePacket, PacketReader, packetStatus, packetType, type RedirPacket } from './redirPackets.ts';
import { connectPackets, hello } from './redirPlugging.ts';
import type { UsbModel } from './usbModel.ts';

const bulkHeadBytes = 10;
const controlHeadBytes = 10;

/** The device's end of one usbredir connection: the emulator's end is the socket a device is plugged into. */
export class RedirPeer {
  readonly #socket: Socket;
  readonly #model: UsbModel;
  readonly #reader = new PacketReader();
  /** By endpoint: what the host waits for, and what waits for the host. */
  readonly #asked = new Map<number, { id: bigint; length: number }[]>();
  readonly #waiting = new Map<number, Buffer>();
  #configuration = 1;

  constructor(socket: Socket, model: UsbModel) {
    this.#socket = socket;
    this.#model = model;
    socket.on('error', () => {});
    socket.on('data', (chunk) => {
      for (const packet of this.#reader.take(chunk)) this.#take(packet);
    });
    this.#send(hello());
  }

  /** Hands bytes to the host as it asks for them. */
  write(endpoint: number, data: Buffer): void {
    this.#waiting.set(endpoint, Buffer.concat([this.#waiting.get(endpoint) ?? Buffer.alloc(0), data]));
    this.#serve(endpoint);
  }

  #take({ type, id, body }: RedirPacket): void {
    switch (type) {
      case packetType.hello:
        for (const packet of connectPackets(this.#model)) this.#send(packet);
        break;
      case packetType.reset:
        this.#waiting.clear();
        this.#model.reset();
        break;
      case packetType.setConfiguration:
        this.#configuration = body[0] ?? 1;
        this.#answer(packetType.configurationStatus, id, [packetStatus.success, this.#configuration]);
        break;
      case packetType.getConfiguration:
        this.#answer(packetType.configurationStatus, id, [packetStatus.success, this.#configuration]);
        break;
      case packetType.setAltSetting:
      case packetType.getAltSetting:
        this.#answer(packetType.altSettingStatus, id, [packetStatus.success, body[0] ?? 0, 0]);
        break;
      case packetType.startInterruptReceiving:
      case packetType.stopInterruptReceiving:
        this.#answer(packetType.interruptReceivingStatus, id, [packetStatus.success, body[0] ?? 0]);
        break;
      case packetType.control:
        this.#control(id, body);
        break;
      case packetType.bulk:
        this.#bulk(id, body);
        break;
      case packetType.cancelDataPacket:
        this.#cancel(id);
        break;
    }
  }

  #control(id: bigint, body: Buffer): void {
    const head = Buffer.from(body.subarray(0, controlHeadBytes));
    const isIn = ((head[0] ?? 0) & 0x80) !== 0;
    const answer = this.#model.control({
      request: head[1] ?? 0,
      requestType: head[2] ?? 0,
      value: head.readUInt16LE(4),
      index: head.readUInt16LE(6),
      length: head.readUInt16LE(8),
      data: body.subarray(controlHeadBytes),
    });
    const data = answer === null || !isIn ? Buffer.alloc(0) : answer.subarray(0, head.readUInt16LE(8));
    head[3] = answer === null ? packetStatus.stall : packetStatus.success;
    if (isIn || answer === null) head.writeUInt16LE(data.length, 8);
    this.#send({ type: packetType.control, id, body: Buffer.concat([head, data]) });
  }

  #bulk(id: bigint, body: Buffer): void {
    const endpoint = body[0] ?? 0;
    const length = body.readUInt16LE(2) | (body.readUInt16LE(8) << 16);
    if (endpoint & 0x80) {
      this.#asked.set(endpoint, [...(this.#asked.get(endpoint) ?? []), { id, length }]);
      this.#serve(endpoint);
      return;
    }
    this.#bulkAnswer(id, endpoint, packetStatus.success, length);
    this.#model.received(endpoint, body.subarray(bulkHeadBytes));
  }

  #serve(endpoint: number): void {
    const asked = this.#asked.get(endpoint) ?? [];
    for (;;) {
      const waiting = this.#waiting.get(endpoint);
      const next = asked[0];
      if (next === undefined || waiting === undefined || waiting.length === 0) return;
      asked.shift();
      const data = waiting.subarray(0, next.length);
      this.#waiting.set(endpoint, waiting.subarray(data.length));
      this.#bulkAnswer(next.id, endpoint, packetStatus.success, data.length, data);
    }
  }

  #cancel(id: bigint): void {
    for (const [endpoint, asked] of this.#asked) {
      const index = asked.findIndex((request) => request.id === id);
      if (index < 0) continue;
      asked.splice(index, 1);
      this.#bulkAnswer(id, endpoint, packetStatus.cancelled, 0);
    }
  }

  #bulkAnswer(id: bigint, endpoint: number, status: number, length: number, data?: Buffer): void {
    const head = Buffer.alloc(bulkHeadBytes);
    head[0] = endpoint;
    head[1] = status;
    head.writeUInt16LE(length & 0xffff, 2);
    head.writeUInt16LE(length >>> 16, 8);
    this.#send({ type: packetType.bulk, id, body: Buffer.concat(data ? [head, data] : [head]) });
  }

  #answer(type: number, id: bigint, bytes: readonly number[]): void {
    this.#send({ type, id, body: Buffer.from(bytes) });
  }

  #send(packet: RedirPacket): void {
    if (!this.#socket.destroyed) this.#socket.write(encodePacket(packet));
  }
}
