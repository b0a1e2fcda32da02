import { StringDecoder } from 'node:string_decoder';
import { describeRecord, typedBytes } from '../recording/describeRecord.ts';
import type { Recorder } from '../recording/recorder.ts';
import { type ReplayItem, replay } from './replay.ts';

/** What a board that does not know its terminal's size prints for. */
const columns = 80;
const rows = 24;

/**
 * A recording to play again with asciinema: version 2 of its format, a header and then one event a line
 * (https://docs.asciinema.org/manual/asciicast/v2/). Output is `o`, what was typed `i`, everything else a marker
 * `m`. Times are seconds since the first event; a host clock that was set does not show. Rejects with the disk's
 * error or the signal's reason.
 */
export async function* exportAsciicast(
  recorder: Recorder,
  { from, to, title }: { readonly from: number; readonly to: number; readonly title: string },
  signal?: AbortSignal,
): AsyncGenerator<string> {
  const startedAtMs = (await recorder.timeAt(from)) ?? (await firstTime(recorder, from, to)) ?? 0;
  yield line({ version: 2, width: columns, height: rows, timestamp: Math.floor(startedAtMs / 1000), title });
  // A character may be cut in two between one piece and the next: the decoder keeps its beginning.
  const decoder = new StringDecoder('utf8');
  let beginMs: number | null = null;
  let lastMs = 0;
  for await (const item of replay(recorder, from, to, signal)) {
    beginMs ??= item.steadyMs;
    lastMs = Math.max(lastMs, item.steadyMs - beginMs);
    const event = toEvent(item, decoder);
    if (event) yield line([seconds(lastMs), ...event]);
  }
  const rest = decoder.end();
  if (rest !== '') yield line([seconds(lastMs), 'o', rest]);
}

function toEvent(item: ReplayItem, decoder: StringDecoder): [string, string] | null {
  if (item.type === 'output') {
    const text = decoder.write(Buffer.from(item.bytes));
    return text === '' ? null : ['o', text];
  }
  if (item.record.kind === 'tx') return ['i', typedBytes(item.record).toString('utf8')];
  return ['m', describeRecord(item.record)];
}

async function firstTime(recorder: Recorder, from: number, to: number): Promise<number | null> {
  for await (const { timeMs } of recorder.readRecords(from, to)) return timeMs;
  return null;
}

function seconds(ms: number): number {
  return Math.round(ms) / 1000;
}

function line(value: unknown): string {
  return `${JSON.stringify(value)}\n`;
}
