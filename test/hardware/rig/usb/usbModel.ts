/** A request on the default control pipe (USB 2.0, 9.3). */
export interface ControlRequest {
  readonly requestType: number;
  readonly request: number;
  readonly value: number;
  readonly index: number;
  readonly length: number;
  /** What the host sends with it. */
  readonly data: Buffer;
}

export interface UsbInterface {
  readonly classCode: number;
  readonly subclass: number;
  readonly protocol: number;
}

export interface UsbEndpoint {
  /** With 0x80: towards the host. */
  readonly address: number;
  readonly type: 'bulk' | 'interrupt';
  readonly interfaceNumber: number;
  readonly maxPacketBytes: number;
  readonly intervalMs: number;
}

/** What a device is and does, below any one protocol that carries it. */
export interface UsbModel {
  readonly vendorId: number;
  readonly productId: number;
  readonly deviceClass: UsbInterface;
  readonly interfaces: readonly UsbInterface[];
  readonly endpoints: readonly UsbEndpoint[];
  /** Bytes for the host, or null for a request it does not know. */
  control(request: ControlRequest): Buffer | null;
  received(endpoint: number, data: Buffer): void;
  /** The host begins anew, as it does after each plugging. */
  reset(): void;
}
