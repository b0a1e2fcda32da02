import { crc32 } from 'node:zlib';

/**
 * One line of a board's ledger: from `atMs` on the board stood so, until the next record. 24 bytes, little endian:
 *
 *   f64 time (ms since the epoch), f64 mean watts since the record before (NaN: not metered), u8 state, u8 flags,
 *   u16 0, u32 crc32 of the 20 bytes before
 *
 * Watts are told afterwards, since only then their mean is known.
 */
export interface LedgerRecord {
  readonly atMs: number;
  readonly watts: number | null;
  /** `end`: nothing is known from here on; Labdeck was not there. */
  readonly state: 'on' | 'off' | 'unknown' | 'end';
  /** Off since it was idle. */
  readonly idle: boolean;
}

export const recordBytes = 24;
const crcAt = 20;
// Stored as the place in this list: new ones go to the end.
const states = ['unknown', 'on', 'off', 'end'] as const satisfies readonly LedgerRecord['state'][];

export function encodeRecords(records: readonly LedgerRecord[]): Buffer {
  const bytes = Buffer.alloc(records.length * recordBytes);
  records.forEach((record, index) => {
    const at = index * recordBytes;
    bytes.writeDoubleLE(record.atMs, at);
    bytes.writeDoubleLE(record.watts ?? Number.NaN, at + 8);
    bytes.writeUInt8(states.indexOf(record.state), at + 16);
    bytes.writeUInt8(record.idle ? 1 : 0, at + 17);
    bytes.writeUInt32LE(crc32(bytes.subarray(at, at + crcAt)), at + crcAt);
  });
  return bytes;
}

/** Null stands for a record that is damaged; a torn one at the end is left out. */
export function decodeRecords(bytes: Buffer): (LedgerRecord | null)[] {
  const records: (LedgerRecord | null)[] = [];
  for (let at = 0; at + recordBytes <= bytes.length; at += recordBytes) {
    const state = states[bytes.readUInt8(at + 16)];
    const sound = crc32(bytes.subarray(at, at + crcAt)) === bytes.readUInt32LE(at + crcAt);
    if (!sound || state === undefined) {
      records.push(null);
      continue;
    }
    const watts = bytes.readDoubleLE(at + 8);
    records.push({
      atMs: bytes.readDoubleLE(at),
      watts: Number.isNaN(watts) ? null : watts,
      state,
      idle: bytes.readUInt8(at + 17) === 1,
    });
  }
  return records;
}
