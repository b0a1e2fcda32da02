import type { Socket } from 'node:net';

export interface Frame {
  readonly type: string;
  readonly body: Buffer;
}

/** One letter, a length of 32 bits, then that many bytes. Resolves once it is handed over. */
export function sendFrame(socket: Socket, type: string, body: Buffer): Promise<void> {
  if (socket.destroyed) return Promise.resolve();
  const head = Buffer.alloc(5);
  head.write(type, 0);
  head.writeUInt32BE(body.length, 1);
  return new Promise((resolve) => socket.write(Buffer.concat([head, body]), () => resolve()));
}

export class FrameReader {
  #rest: Buffer = Buffer.alloc(0);

  push(bytes: Buffer): Frame[] {
    this.#rest = Buffer.concat([this.#rest, bytes]);
    const frames: Frame[] = [];
    while (this.#rest.length >= 5 && this.#rest.length >= 5 + this.#rest.readUInt32BE(1)) {
      const size = this.#rest.readUInt32BE(1);
      frames.push({ type: String.fromCharCode(this.#rest[0] ?? 0), body: this.#rest.subarray(5, 5 + size) });
      this.#rest = this.#rest.subarray(5 + size);
    }
    return frames;
  }
}
