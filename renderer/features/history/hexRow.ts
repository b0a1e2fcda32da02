export const bytesPerRow = 16;

export interface HexRow {
  /** Offset of the row's first place, a multiple of 16, as hex. */
  readonly offset: string;
  /** One per place: two digits; blank where no byte is held. */
  readonly digits: readonly string[];
  readonly text: string;
}

/** One row of a dump. `bytes` begin at `from`, which may lie within the row. */
export function hexRow(rowOffset: number, bytes: Uint8Array, from: number): HexRow {
  const digits: string[] = [];
  let text = '';
  for (let place = 0; place < bytesPerRow; place += 1) {
    const byte = bytes[rowOffset + place - from];
    digits.push(byte === undefined ? '  ' : byte.toString(16).padStart(2, '0'));
    text += byte === undefined ? ' ' : printable(byte);
  }
  return { offset: rowOffset.toString(16).padStart(8, '0'), digits, text };
}

/** ASCII as it is; anything else has no shape of its own in a dump. */
function printable(byte: number): string {
  return byte >= 0x20 && byte < 0x7f ? String.fromCharCode(byte) : '·';
}

export function rowOf(offset: number): number {
  return Math.floor(offset / bytesPerRow);
}
