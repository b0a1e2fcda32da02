import type { BoardConsole } from '../../console/index.ts';
import type { ExportEvent, ExportRequest } from '../../contract/index.ts';
import type { Services } from '../context.ts';
import { translateStream } from '../errors.ts';
import { lab } from '../implementer.ts';

/** Recordings, out of Labdeck. */
export function exportRoutes({ consoles }: Services) {
  return {
    exports: lab.exports.router({
      stream: lab.exports.stream.handler(({ input, signal }) =>
        translateStream(exportEvents(consoles.get(input.consoleId), input, signal)),
      ),
    }),
  };
}

async function* exportEvents(
  console: BoardConsole,
  request: ExportRequest,
  signal: AbortSignal | undefined,
): AsyncGenerator<ExportEvent, void, void> {
  const { recording } = console.info;
  const fromOffset = Math.min(Math.max(request.from, recording.startOffset), recording.endOffset);
  const toOffset = Math.min(Math.max(request.to ?? recording.endOffset, fromOffset), recording.endOffset);
  yield { type: 'began', fromOffset, toOffset };
  for await (const piece of console.export({ ...request, from: fromOffset, to: toOffset }, signal)) {
    if (signal?.aborted) return;
    yield {
      type: 'piece',
      base64: Buffer.from(piece.buffer, piece.byteOffset, piece.length).toString('base64'),
    };
  }
}
