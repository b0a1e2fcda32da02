import type { ExportTimes } from '../../contract/index.ts';
import { SteadyTimeline } from '../recording/clockSteps.ts';
import { describeRecord, isPowerOn, typedText } from '../recording/describeRecord.ts';
import type { IndexRecord } from '../recording/indexCodec.ts';
import type { Recorder } from '../recording/recorder.ts';
import { readableText } from '../scan/lineText.ts';
import { LineStamps, type StampedMoment } from './lineStamp.ts';
import { replay } from './replay.ts';

/** An endless line is cut here: memory stays flat. */
const longestLineBytes = 64 * 1024;

/**
 * Lines as a person reads them, each with its time (that of its first byte); what else happened as lines of its own,
 * `-- power on --`. Rejects with the disk's error or the signal's reason.
 */
export async function* exportText(
  recorder: Recorder,
  { times, from, to }: { readonly times: ExportTimes; readonly from: number; readonly to: number },
  signal?: AbortSignal,
): AsyncGenerator<string> {
  const timeline = new SteadyTimeline();
  const originMs = times === 'power-on' ? await lastPowerOn(recorder, from, timeline, signal) : null;
  const text = new TextLines(new LineStamps(times, originMs));
  for await (const item of replay(recorder, from, to, signal, timeline))
    yield item.type === 'output' ? text.output(item.bytes, item) : text.event(item.record, item.steadyMs);
  yield text.end();
}

/** When the board was switched on last before `from`, on a timeline that has then seen all records up to there. */
async function lastPowerOn(
  recorder: Recorder,
  from: number,
  timeline: SteadyTimeline,
  signal: AbortSignal | undefined,
): Promise<number | null> {
  const before = from - 1;
  const powerOn = await recorder.findLast('power', before, isPowerOn);
  if (!powerOn) return null;
  let atMs: number | null = null;
  for await (const record of recorder.readRecords(powerOn.offset, before, signal)) {
    const steadyMs = timeline.timeMs(record);
    if (isPowerOn(record)) atMs = steadyMs;
  }
  return atMs;
}

class TextLines {
  readonly #stamps: LineStamps;
  /** One latin1 character a byte. */
  #line = '';
  /** When the line that is being printed began; null between lines. */
  #begun: StampedMoment | null = null;
  /** What was typed into it: shown behind it, not in its middle. */
  #typed: { readonly who: string; text: string; readonly moment: StampedMoment } | null = null;

  constructor(stamps: LineStamps) {
    this.#stamps = stamps;
  }

  /** Answers the lines that are complete now. */
  output(bytes: Uint8Array, moment: StampedMoment): string {
    const text = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length).toString('latin1');
    let done = '';
    for (let at = 0; at < text.length; ) {
      const newline = text.indexOf('\n', at);
      const end = newline < 0 ? text.length : newline;
      this.#begun ??= moment;
      this.#line += text.slice(at, end);
      if (newline >= 0 || this.#line.length >= longestLineBytes) done += this.end();
      at = end + 1;
    }
    return done;
  }

  event(record: IndexRecord, steadyMs: number): string {
    const moment = { atMs: record.timeMs, steadyMs };
    if (record.kind === 'tx') return this.#type(record, moment);
    const before = this.end();
    if (isPowerOn(record)) this.#stamps.powerOn(steadyMs);
    return before + this.#ownLine(describeRecord(record), moment);
  }

  /** Ends the line that is being printed. */
  end(): string {
    const line = this.#begun === null ? '' : `${this.#stamps.next(this.#begun)}${readableText(this.#line)}\n`;
    this.#line = '';
    this.#begun = null;
    return line + this.#endTyped();
  }

  /** Key by key would be a line a key: what one writer types goes together, up to the end of the line. */
  #type(record: IndexRecord, moment: StampedMoment): string {
    const who = String(record.payload?.who ?? 'somebody');
    const before = this.#typed !== null && this.#typed.who !== who ? this.#endTyped() : '';
    this.#typed ??= { who, text: '', moment };
    this.#typed.text += typedText(record);
    return before;
  }

  #endTyped(): string {
    const typed = this.#typed;
    this.#typed = null;
    return typed === null ? '' : this.#ownLine(`typed by ${typed.who}: ${typed.text}`, typed.moment);
  }

  #ownLine(text: string, moment: StampedMoment): string {
    return `${this.#stamps.next(moment)}-- ${text} --\n`;
  }
}
