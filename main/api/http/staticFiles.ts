import type { ServerResponse } from 'node:http';
import { contentSecurityPolicy, type StaticFile } from '../../base/staticFiles.ts';

/** Answers with the file and the headers that keep a page to itself. */
export function respondFile(response: ServerResponse, file: StaticFile, host: string): void {
  response.writeHead(200, {
    'content-type': file.type,
    'cache-control': file.immutable ? 'public, max-age=31536000, immutable' : 'no-cache',
    'content-security-policy': contentSecurityPolicy(`'self' ws://${host}`),
    'x-content-type-options': 'nosniff',
    'referrer-policy': 'no-referrer',
    'cross-origin-opener-policy': 'same-origin',
    'cross-origin-resource-policy': 'same-origin',
  });
  response.end(file.bytes);
}
