import { readableText } from '../scan/lineText.ts';
import type { IndexRecord } from './indexCodec.ts';

const typedCharacters = 200;

/** A record in a few words, for people: `power on`, `typed by nightly-ci: reset⏎`. */
export function describeRecord(record: IndexRecord): string {
  const { kind, payload, timeMs } = record;
  switch (kind) {
    case 'rx':
      return 'output';
    case 'tx':
      return `typed by ${words(payload?.who) ?? 'somebody'}: ${typedText(record)}`;
    case 'power':
      return `power ${words(payload?.state) ?? 'command'}`;
    case 'led':
      return words(payload?.detail) ?? 'LED';
    case 'connect':
      return payload?.lost === undefined
        ? `line open on ${words(payload?.device) ?? 'the board'}`
        : `line lost: ${words(payload.lost)}`;
    case 'mark':
      return words(payload?.text) ?? 'mark';
    case 'gap':
      return payload?.records === undefined
        ? `${words(payload?.bytes) ?? 'some'} bytes could not be recorded`
        : `${words(payload.bytes)} bytes and ${words(payload.records)} notes of times and events could not be recorded`;
    case 'clock':
      return `host clock set by ${Number(payload?.stepMs) / 1000} s, to ${new Date(timeMs).toISOString()}`;
  }
}

/** Whether a record says that the board was switched on. */
export function isPowerOn({ kind, payload }: IndexRecord): boolean {
  return kind === 'power' && payload?.state === 'on';
}

/** The bytes a `tx` record is about. */
export function typedBytes({ payload }: IndexRecord): Buffer {
  return Buffer.from(words(payload?.base64) ?? '', 'base64');
}

/** What was typed, as far as it can be shown: each Enter is a sign, other keys that print nothing are left out. */
export function typedText(record: IndexRecord): string {
  const lines = typedBytes(record)
    .toString('latin1')
    .split(/\r\n|\r|\n/);
  return lines.map(readableText).join('⏎').slice(0, typedCharacters);
}

function words(value: unknown): string | null {
  return value === undefined || value === null ? null : String(value);
}
