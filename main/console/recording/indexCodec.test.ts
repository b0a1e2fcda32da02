import { expect, test } from 'vitest';
import { decodeRecords, encodeRecord, type IndexRecord } from './indexCodec.ts';

const records: IndexRecord[] = [
  { kind: 'rx', timeMs: 1_700_000_000_000.5, offset: 0, payload: null },
  { kind: 'tx', timeMs: 1_700_000_000_001, offset: 12, payload: { who: 'rest', base64: 'YQ==' } },
  { kind: 'power', timeMs: 1_700_000_000_002, offset: 2 ** 40, payload: { state: 'on' } },
];

test('records come back as they were written', () => {
  const bytes = Buffer.concat(records.map(encodeRecord));
  expect(decodeRecords(bytes)).toEqual({ records, validBytes: bytes.length, damaged: false });
});

test('a torn last record costs only itself', () => {
  const whole = Buffer.concat(records.slice(0, 2).map(encodeRecord));
  const last = encodeRecord(records[2] as IndexRecord);
  for (let cut = 0; cut < last.length; cut++) {
    const decoded = decodeRecords(Buffer.concat([whole, last.subarray(0, cut)]));
    expect(decoded.records).toEqual(records.slice(0, 2));
    expect(decoded.validBytes).toBe(whole.length);
  }
});

test('a flipped bit anywhere in a record is found', () => {
  const record = encodeRecord(records[1] as IndexRecord);
  for (let at = 4; at < record.length; at++) {
    const copy = Buffer.from(record);
    copy.writeUInt8(copy.readUInt8(at) ^ 0x10, at);
    expect(decodeRecords(copy)).toEqual({ records: [], validBytes: 0, damaged: true });
  }
});
