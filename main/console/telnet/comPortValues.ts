import { fail } from '../../contract/labError.ts';
import type { LineParameters, ModemSignals } from '../transport.ts';
import { comControl, modemState } from './codes.ts';

// How RFC 2217 writes a line's parameters. null: a value this program has no word for (mark parity, 1.5 stop bits).

const parities = { none: 1, odd: 2, even: 3 } as const;
const flows = {
  none: comControl.NO_FLOW,
  xonxoff: comControl.XON_XOFF,
  rtscts: comControl.HARDWARE,
} as const;
const inboundFlows = {
  none: comControl.NO_INBOUND_FLOW,
  xonxoff: comControl.INBOUND_XON_XOFF,
  rtscts: comControl.INBOUND_HARDWARE,
} as const;

export function encodeBaudRate(baudRate: number): Uint8Array {
  const bytes = new Uint8Array(4);
  new DataView(bytes.buffer).setUint32(0, baudRate);
  return bytes;
}

/** Throws LabError BAD_REQUEST unless it is four bytes. */
export function decodeBaudRate(value: Uint8Array): number {
  if (value.length !== 4) fail('BAD_REQUEST', 'RFC 2217: a baud rate has four bytes');
  return new DataView(value.buffer, value.byteOffset, 4).getUint32(0);
}

/** The one byte most commands carry. Throws LabError BAD_REQUEST unless it is one. */
export function decodeByte(value: Uint8Array): number {
  const [byte] = value;
  if (value.length !== 1 || byte === undefined) fail('BAD_REQUEST', 'RFC 2217: one byte was expected');
  return byte;
}

export function decodeDataBits(value: number): LineParameters['dataBits'] | null {
  return value === 5 || value === 6 || value === 7 || value === 8 ? value : null;
}

export function encodeParity(parity: LineParameters['parity']): number {
  return parities[parity];
}

export function decodeParity(value: number): LineParameters['parity'] | null {
  return keyOf(parities, value);
}

export function decodeStopBits(value: number): LineParameters['stopBits'] | null {
  return value === 1 || value === 2 ? value : null;
}

export function encodeFlow(flow: LineParameters['flowControl']): number {
  return flows[flow];
}

export function encodeInboundFlow(flow: LineParameters['flowControl']): number {
  return inboundFlows[flow];
}

export function decodeFlow(value: number): LineParameters['flowControl'] | null {
  return keyOf(flows, value);
}

/** The bits of the state byte that say what changed. */
export const modemChanges = modemState.CTS_CHANGED | modemState.DSR_CHANGED | modemState.DCD_CHANGED;

/** The state byte; the bits that say what changed are counted from `before`. */
export function encodeModemState(signals: ModemSignals, before: ModemSignals): number {
  const bit = (on: boolean, mask: number) => (on ? mask : 0);
  return (
    bit(signals.cts, modemState.CTS) |
    bit(signals.dsr, modemState.DSR) |
    bit(signals.dcd, modemState.DCD) |
    bit(signals.cts !== before.cts, modemState.CTS_CHANGED) |
    bit(signals.dsr !== before.dsr, modemState.DSR_CHANGED) |
    bit(signals.dcd !== before.dcd, modemState.DCD_CHANGED)
  );
}

export function decodeModemState(state: number): ModemSignals {
  return {
    cts: (state & modemState.CTS) !== 0,
    dsr: (state & modemState.DSR) !== 0,
    dcd: (state & modemState.DCD) !== 0,
  };
}

function keyOf<K extends string>(values: Readonly<Record<K, number>>, value: number): K | null {
  for (const key in values) if (values[key] === value) return key;
  return null;
}
