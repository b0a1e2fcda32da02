import type { IncomingMessage, ServerResponse } from 'node:http';
import type { ConsoleService } from '../../console/index.ts';
import { LabError } from '../../contract/labError.ts';

const chunkBytes = 256 * 1024;
const pathPattern = /^\/api\/v1\/consoles\/([^/]+)\/recording$/;

/** Whether this request asks for a recording's bytes. */
export function isRecordingRequest(url: URL): boolean {
  return pathPattern.test(url.pathname);
}

/**
 * GET /consoles/{consoleId}/recording?from=BYTE[&follow=true]: the raw bytes as printed, streamed, so that a
 * recording of any size costs no memory. With `follow` the answer goes on until the client hangs up.
 */
export async function serveRecording(
  consoles: ConsoleService,
  url: URL,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  if (request.method !== 'GET') throw new LabError('UNSUPPORTED', 'A recording can only be read (GET)');
  const consoleId = pathPattern.exec(url.pathname)?.[1] ?? '';
  const recorder = consoles.recorder(consoleId);
  const from = offsetParameter(url.searchParams.get('from') ?? '0');
  const follow = url.searchParams.get('follow') === 'true';
  const endOffset = recorder.endOffset;
  response.writeHead(200, {
    'content-type': 'application/octet-stream',
    'cache-control': 'no-store',
    'x-content-type-options': 'nosniff',
    'labdeck-from-offset': String(Math.min(from, endOffset)),
    'labdeck-end-offset': String(endOffset),
    ...(follow ? {} : { 'content-length': String(Math.max(0, endOffset - from)) }),
  });
  response.flushHeaders();
  if (follow) {
    const viewer = consoles.view(consoleId, from, (event) => {
      if (event.type === 'data') response.write(event.bytes, () => viewer.ack(event.bytes.length));
      else if (event.type === 'ended') response.end();
    });
    response.on('close', () => viewer.dispose());
    return;
  }
  for (let at = from; at < endOffset && !response.destroyed; ) {
    const bytes = await recorder.read(at, Math.min(chunkBytes, endOffset - at));
    if (bytes.length === 0) break;
    at += bytes.length;
    if (!response.write(bytes)) await drained(response);
  }
  response.end();
}

function offsetParameter(text: string): number {
  const offset = Number(text);
  if (/^\d+$/.test(text) && Number.isSafeInteger(offset)) return offset;
  throw new LabError('BAD_REQUEST', 'from: give a byte offset, 0 or more', { field: 'from' });
}

function drained(response: ServerResponse): Promise<void> {
  return new Promise((resolve) => {
    const done = () => {
      response.off('drain', done);
      response.off('close', done);
      resolve();
    };
    response.on('drain', done);
    response.on('close', done);
  });
}
