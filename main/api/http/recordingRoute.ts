import { once } from 'node:events';
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { BoardConsole, ConsoleService } from '../../console/index.ts';
import { type ExportRequest, exportRequest } from '../../contract/index.ts';
import { LabError } from '../../contract/labError.ts';

const pathPattern = /^\/api\/v1\/consoles\/([^/]+)\/recording$/;

const contentTypes = {
  raw: 'application/octet-stream',
  text: 'text/plain; charset=utf-8',
  asciicast: 'application/x-asciicast; charset=utf-8',
} as const;

/** Whether this request asks for a recording's bytes. */
export function isRecordingRequest(url: URL): boolean {
  return pathPattern.test(url.pathname);
}

/**
 * GET /consoles/{consoleId}/recording?format=raw|text|asciicast&times=host|delta|power-on|none&from=BYTE&to=BYTE,
 * streamed, so that a recording of any size costs no memory. Raw bytes with `follow=true` go on until the client
 * hangs up.
 */
export async function serveRecording(
  consoles: ConsoleService,
  url: URL,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  if (request.method !== 'GET') throw new LabError('UNSUPPORTED', 'A recording can only be read (GET)');
  const { follow, ...query } = Object.fromEntries(url.searchParams);
  const wanted = parse({ ...query, consoleId: pathPattern.exec(url.pathname)?.[1] ?? '' });
  const console = consoles.get(wanted.consoleId);
  const { startOffset, endOffset } = console.recorder;
  const from = Math.min(Math.max(wanted.from, startOffset), endOffset);
  const to = Math.min(Math.max(wanted.to ?? endOffset, from), endOffset);
  const isFollowing = follow === 'true' && wanted.format === 'raw';
  response.writeHead(200, {
    'content-type': contentTypes[wanted.format],
    'cache-control': 'no-store',
    'x-content-type-options': 'nosniff',
    'labdeck-from-offset': String(from),
    'labdeck-end-offset': String(to),
    ...(wanted.format === 'raw' && !isFollowing ? { 'content-length': String(to - from) } : {}),
  });
  response.flushHeaders();
  if (isFollowing) {
    followRecording(console, from, response);
    return;
  }
  const gone = new AbortController();
  response.on('close', () => gone.abort());
  try {
    for await (const bytes of console.export({ ...wanted, from, to }, gone.signal))
      if (!response.write(bytes)) await once(response, 'drain', { signal: gone.signal });
    response.end();
  } catch (error) {
    if (!gone.signal.aborted) throw error;
  }
}

function followRecording(console: BoardConsole, from: number, response: ServerResponse): void {
  const viewer = console.view(
    from,
    (event) => {
      if (event.type === 'data') response.write(event.bytes, () => viewer.ack(event.bytes.length));
      else if (event.type === 'ended') response.end();
      // Let go of before it was read: a stream that goes on would hide the hole.
      else if (event.type === 'skipped') response.destroy();
    },
    // However far behind: its place is a cursor, and it was promised every byte.
    { maxLagBytes: Number.MAX_SAFE_INTEGER },
  );
  response.on('close', () => viewer.dispose());
}

function parse(query: Record<string, string>): ExportRequest {
  const parsed = exportRequest.safeParse(query);
  if (parsed.success) return parsed.data;
  const issue = parsed.error.issues[0];
  const field =
    issue?.code === 'unrecognized_keys' ? String(issue.keys[0]) : String(issue?.path[0] ?? 'query');
  throw new LabError('BAD_REQUEST', `${field}: ${issue?.message ?? 'invalid'}`, { field });
}
