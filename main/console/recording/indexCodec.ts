import { crc32 } from 'node:zlib';

/**
 * The index beside a recording's raw bytes: what happened when, and at which byte. A 16-byte header, then
 * records, little endian:
 *
 *   u8 kind, u8 0, u16 payload bytes, u32 crc32 of the record with this field 0,
 *   f64 time (ms since the epoch, host clock), f64 offset into the raw bytes, payload (UTF-8 JSON)
 *
 * An `rx` record says: the bytes from `offset` on arrived at `time`. Torn or damaged tails show in the crc.
 */
export const indexHeader = Buffer.from('LABDECK-INDEX-1\n', 'latin1');
export const recordHeaderBytes = 24;
/** The length of a payload is a u16. */
export const mostPayloadBytes = 0xffff;

// A kind is stored as its place in this list: new ones go to the end.
const kinds = ['rx', 'tx', 'power', 'led', 'connect', 'mark', 'gap', 'clock'] as const;
export type RecordKind = (typeof kinds)[number];

export interface IndexRecord {
  readonly kind: RecordKind;
  readonly timeMs: number;
  readonly offset: number;
  /**
   * tx: {who, base64}; power: {state}; led: {detail}; connect: {device}|{lost}; mark: {text};
   * gap: {bytes}, and {records} where some of those were given up as well;
   * clock: {stepMs}, by how much the host clock jumped since the record before.
   * `cut: true` with any of them: it was too long, and strings in it end early.
   */
  readonly payload: Readonly<Record<string, unknown>> | null;
}

/** Throws RangeError when the payload does not fit 65,535 bytes. */
export function encodeRecord(record: IndexRecord): Buffer {
  const payload =
    record.payload === null ? Buffer.alloc(0) : Buffer.from(JSON.stringify(record.payload), 'utf8');
  const bytes = Buffer.alloc(recordHeaderBytes + payload.length);
  bytes.writeUInt8(kinds.indexOf(record.kind) + 1, 0);
  bytes.writeUInt16LE(payload.length, 2);
  bytes.writeDoubleLE(record.timeMs, 8);
  bytes.writeDoubleLE(record.offset, 16);
  payload.copy(bytes, recordHeaderBytes);
  bytes.writeUInt32LE(crc32(bytes), 4);
  return bytes;
}

export interface DecodedRecords {
  readonly records: IndexRecord[];
  /** Bytes from the start that are whole, valid records. */
  readonly validBytes: number;
  /** The rest is damaged, not merely cut short. */
  readonly damaged: boolean;
}

/** Decodes records from the start of `bytes` (without the file header) up to the first that is torn or damaged. */
export function decodeRecords(bytes: Buffer): DecodedRecords {
  const records: IndexRecord[] = [];
  let at = 0;
  while (at + recordHeaderBytes <= bytes.length) {
    const kind = kinds[bytes.readUInt8(at) - 1];
    const end = at + recordHeaderBytes + bytes.readUInt16LE(at + 2);
    if (kind === undefined) return { records, validBytes: at, damaged: true };
    if (end > bytes.length) break;
    const record = decodeOne(kind, bytes.subarray(at, end));
    if (record === null) return { records, validBytes: at, damaged: true };
    records.push(record);
    at = end;
  }
  return { records, validBytes: at, damaged: false };
}

/** Records may be this long; a block that is to hold a whole one must be longer. */
export const longestRecordBytes = recordHeaderBytes + mostPayloadBytes;

/** Where the first whole, valid record at or after `from` begins; -1 when none does. Finds the way past damage. */
export function findRecord(bytes: Buffer, from: number): number {
  for (let at = from; at + recordHeaderBytes <= bytes.length; at++) {
    const kind = kinds[bytes.readUInt8(at) - 1];
    if (kind === undefined || bytes.readUInt8(at + 1) !== 0) continue;
    const end = at + recordHeaderBytes + bytes.readUInt16LE(at + 2);
    if (end <= bytes.length && isIntact(bytes.subarray(at, end))) return at;
  }
  return -1;
}

function decodeOne(kind: RecordKind, bytes: Buffer): IndexRecord | null {
  if (!isIntact(bytes)) return null;
  const json = bytes.subarray(recordHeaderBytes);
  return {
    kind,
    timeMs: bytes.readDoubleLE(8),
    offset: bytes.readDoubleLE(16),
    payload: json.length === 0 ? null : (JSON.parse(json.toString('utf8')) as Record<string, unknown>),
  };
}

function isIntact(record: Buffer): boolean {
  const stored = record.readUInt32LE(4);
  // Zeroed in place and put back: a copy of every record would be most of the work.
  record.writeUInt32LE(0, 4);
  const sum = crc32(record);
  record.writeUInt32LE(stored, 4);
  return sum === stored;
}
