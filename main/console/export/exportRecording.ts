import type { ExportRequest } from '../../contract/index.ts';
import type { Recorder } from '../recording/recorder.ts';
import { exportAsciicast } from './exportAsciicast.ts';
import { exportText } from './exportText.ts';

/** Large enough that a socket is not woken for every line. */
const pieceBytes = 64 * 1024;

/**
 * A recording, or the part of it that is still kept of what was asked for, in one of its formats. It is read as fast
 * as it is taken, so that memory stays flat however much it is. Rejects with the disk's error or the signal's reason.
 */
export async function* exportRecording(
  recorder: Recorder,
  request: ExportRequest,
  signal?: AbortSignal,
): AsyncGenerator<Uint8Array> {
  const { format, times, consoleId } = request;
  const from = recorder.keptFrom(request.from);
  const to = Math.max(from, Math.min(request.to ?? recorder.endOffset, recorder.endOffset));
  if (format === 'raw') yield* exportRaw(recorder, from, to, signal);
  else if (format === 'text') yield* inPieces(exportText(recorder, { times, from, to }, signal));
  else yield* inPieces(exportAsciicast(recorder, { from, to, title: consoleId }, signal));
}

async function* exportRaw(
  recorder: Recorder,
  from: number,
  to: number,
  signal: AbortSignal | undefined,
): AsyncGenerator<Uint8Array> {
  for (let at = from; at < to; ) {
    signal?.throwIfAborted();
    const bytes = await recorder.read(at, Math.min(pieceBytes, to - at));
    if (bytes.length > 0) yield bytes;
    else if (recorder.keptFrom(at) <= at) return;
    at = bytes.length > 0 ? at + bytes.length : recorder.keptFrom(at);
  }
}

async function* inPieces(text: AsyncIterable<string>): AsyncGenerator<Uint8Array> {
  let waiting = '';
  for await (const part of text) {
    waiting += part;
    if (waiting.length < pieceBytes) continue;
    yield Buffer.from(waiting);
    waiting = '';
  }
  if (waiting !== '') yield Buffer.from(waiting);
}
