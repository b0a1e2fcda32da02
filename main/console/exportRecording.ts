import type { ExportRequest } from '../contract/index.ts';
import type { Recorder } from './recording/recorder.ts';

const pieceBytes = 256 * 1024;

/** A part of a recording in the form asked for, in pieces, whatever its size. */
export function exportRecording(
  recorder: Recorder,
  request: ExportRequest,
  signal?: AbortSignal,
): AsyncIterable<Uint8Array> {
  const from = Math.max(request.from, recorder.startOffset);
  const to = Math.min(request.to ?? Number.POSITIVE_INFINITY, recorder.endOffset);
  return exportRaw(recorder, from, to, signal);
}

async function* exportRaw(
  recorder: Recorder,
  from: number,
  to: number,
  signal?: AbortSignal,
): AsyncGenerator<Uint8Array> {
  for (let at = from; at < to; ) {
    signal?.throwIfAborted();
    const bytes = await recorder.read(at, Math.min(pieceBytes, to - at));
    // Let go of meanwhile: what follows would not be what was asked for.
    if (bytes.length === 0) return;
    yield bytes;
    at += bytes.length;
  }
}
