import {
  descriptor,
  deviceClassOf,
  endpointsOf,
  interfacesOf,
  lineEndpoints,
  type UsbIdentity,
} from './acmDescriptors.ts';
import { AcmLine } from './acmLine.ts';
import type { Plug, PlugPoint } from './plug.ts';
import { PlugSocket } from './plugSocket.ts';
import { RedirPeer } from './redirPeer.ts';
import type { ControlRequest, UsbModel } from './usbModel.ts';

const plain: UsbIdentity = { vendorId: 0x1d50, productId: 0x6018, manufacturer: 'Bench', product: 'Serial' };

/** A device with one serial line or several, which Linux shows as ttyACM: of any make, and with any strings. */
export class AcmDevice implements Plug, UsbModel {
  readonly vendorId: number;
  readonly productId: number;
  readonly deviceClass;
  readonly interfaces;
  readonly endpoints;
  readonly lines: readonly AcmLine[];
  readonly #identity: UsbIdentity;
  #plug: PlugSocket | null = null;
  #peer: RedirPeer | null = null;

  constructor(identity: Partial<UsbIdentity> = {}, lines = 1) {
    this.#identity = { ...plain, ...identity };
    this.vendorId = this.#identity.vendorId;
    this.productId = this.#identity.productId;
    this.deviceClass = deviceClassOf(lines);
    this.interfaces = interfacesOf(lines);
    this.endpoints = endpointsOf(lines);
    this.lines = Array.from(
      { length: lines },
      (_, line) => new AcmLine((data) => this.#peer?.write(lineEndpoints(line).toHost, data)),
    );
  }

  /** Its only line, or its first. */
  get line(): AcmLine {
    return this.lines[0] as AcmLine;
  }

  async insert(at: PlugPoint): Promise<void> {
    this.#plug = await PlugSocket.open(at, 'usb-redir', {}, (socket) => {
      this.#peer = new RedirPeer(socket, this);
    });
  }

  async pull(): Promise<void> {
    await this.#plug?.pull();
    this.dispose();
  }

  dispose(): void {
    this.#plug?.dispose();
    this.#plug = null;
    this.#peer = null;
    this.reset();
  }

  control({ requestType, request, value, index, data }: ControlRequest): Buffer | null {
    const type = requestType & 0x60;
    if (type === 0x20) return this.lines[index >> 1]?.control(request, value, data) ?? null;
    if (type !== 0) return null;
    if (request === 6) return descriptor(value >> 8, value & 0xff, this.#identity, this.lines.length);
    // Status: not self-powered, nothing halted. Of the others (clearing a halt) nothing is to be done.
    return request === 0 ? Buffer.alloc(2) : Buffer.alloc(0);
  }

  received(endpoint: number, data: Buffer): void {
    this.lines[(endpoint - 2) >> 1]?.receive(data);
  }

  reset(): void {
    for (const line of this.lines) line.reset();
  }
}
