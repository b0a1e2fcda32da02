import type { UsbEndpoint, UsbInterface } from './usbModel.ts';

export interface UsbIdentity {
  readonly vendorId: number;
  readonly productId: number;
  /** What it says of itself; a device may be silent about any of them. */
  readonly manufacturer?: string;
  readonly product?: string;
  readonly serialNumber?: string;
}

/** Endpoints of one serial line, by its number. */
export const lineEndpoints = (line: number) => ({
  notify: 0x81 + 2 * line,
  toHost: 0x82 + 2 * line,
  fromHost: 0x02 + 2 * line,
});

const communication: UsbInterface = { classCode: 2, subclass: 2, protocol: 1 };
const data: UsbInterface = { classCode: 0x0a, subclass: 0, protocol: 0 };
const notifyMs = 32;

export const deviceClassOf = (lines: number): UsbInterface =>
  lines === 1
    ? { classCode: 2, subclass: 0, protocol: 0 }
    : // Several functions, each announced by an interface association.
      { classCode: 0xef, subclass: 2, protocol: 1 };

export const interfacesOf = (lines: number): UsbInterface[] =>
  Array.from({ length: lines }, () => [communication, data]).flat();

export const endpointsOf = (lines: number): UsbEndpoint[] =>
  Array.from({ length: lines }, (_, line): UsbEndpoint[] => {
    const { notify, toHost, fromHost } = lineEndpoints(line);
    const bulk = { type: 'bulk', interfaceNumber: 2 * line + 1, maxPacketBytes: 64, intervalMs: 0 } as const;
    return [
      {
        address: notify,
        type: 'interrupt',
        interfaceNumber: 2 * line,
        maxPacketBytes: 16,
        intervalMs: notifyMs,
      },
      { ...bulk, address: toHost },
      { ...bulk, address: fromHost },
    ];
  }).flat();

/** Descriptors of a CDC-ACM device (USB 2.0, 9.6; CDC 1.2 and its PSTN subclass). */
export function descriptor(type: number, index: number, identity: UsbIdentity, lines: number): Buffer | null {
  if (type === 1) return device(identity, lines);
  if (type === 2) return configuration(lines);
  return type === 3 ? string(index, identity) : null;
}

function device({ vendorId, productId, ...strings }: UsbIdentity, lines: number): Buffer {
  const { classCode, subclass, protocol } = deviceClassOf(lines);
  const words = (value: number) => [value & 0xff, value >> 8];
  const texts = [strings.manufacturer, strings.product, strings.serialNumber];
  const indices = texts.map((text, index) => (text === undefined ? 0 : index + 1));
  return Buffer.from([
    ...[18, 1, ...words(0x0200), classCode, subclass, protocol, 64],
    ...[...words(vendorId), ...words(productId), ...words(0x0100), ...indices, 1],
  ]);
}

function configuration(lines: number): Buffer {
  const body = Array.from({ length: lines }, (_, line) => serialLine(line, lines > 1)).flat();
  const total = 9 + body.length;
  return Buffer.from([9, 2, total & 0xff, total >> 8, 2 * lines, 1, 0, 0x80, 50, ...body]);
}

function serialLine(line: number, isOneOfSeveral: boolean): number[] {
  const [control, bulk] = [2 * line, 2 * line + 1];
  const { notify, toHost, fromHost } = lineEndpoints(line);
  return [
    ...(isOneOfSeveral ? [8, 11, control, 2, 2, 2, 1, 0] : []),
    ...[9, 4, control, 0, 1, 2, 2, 1, 0],
    // Header, call management, abstract control (line coding, break), union.
    ...[5, 0x24, 0x00, 0x10, 0x01],
    ...[5, 0x24, 0x01, 0x00, bulk],
    ...[4, 0x24, 0x02, 0x06],
    ...[5, 0x24, 0x06, control, bulk],
    ...[7, 5, notify, 3, 16, 0, notifyMs],
    ...[9, 4, bulk, 0, 2, 0x0a, 0, 0, 0],
    ...[7, 5, toHost, 2, 64, 0, 0],
    ...[7, 5, fromHost, 2, 64, 0, 0],
  ];
}

function string(index: number, { manufacturer, product, serialNumber }: UsbIdentity): Buffer | null {
  const english = Buffer.from([4, 3, 0x09, 0x04]);
  if (index === 0) return english;
  const text = [manufacturer, product, serialNumber][index - 1];
  if (text === undefined) return null;
  const body = Buffer.from(text, 'utf16le');
  return Buffer.concat([Buffer.from([body.length + 2, 3]), body]);
}
