import type { ConsoleId } from '../../../main/contract/index.ts';
import type { LabClient } from '../../lib/lab/link.ts';
import { bytesOf } from './bytesOf.ts';

export interface RecordingPart {
  /** Of the first byte; later than asked where that is no longer kept. */
  readonly fromOffset: number;
  readonly bytes: Uint8Array;
}

/** Reads part of a recording. Rejects with what the core said. */
export type ReadPart = (from: number, to: number, signal: AbortSignal) => Promise<RecordingPart>;

export function readPartOf(consoleId: string, client: () => LabClient): ReadPart {
  return async (from, to, signal) => {
    const pieces: Uint8Array[] = [];
    let fromOffset = from;
    const request = { consoleId: consoleId as ConsoleId, format: 'raw', from, to } as const;
    for await (const event of await client().exports.stream(request, { signal })) {
      if (event.type === 'began') fromOffset = event.fromOffset;
      else pieces.push(bytesOf(event.base64));
    }
    return { fromOffset, bytes: joined(pieces) };
  };
}

function joined(pieces: readonly Uint8Array[]): Uint8Array {
  const only = pieces[0];
  if (only !== undefined && pieces.length === 1) return only;
  const all = new Uint8Array(pieces.reduce((sum, piece) => sum + piece.length, 0));
  let at = 0;
  for (const piece of pieces) {
    all.set(piece, at);
    at += piece.length;
  }
  return all;
}
