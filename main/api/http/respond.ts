import type { IncomingMessage, ServerResponse } from 'node:http';
import { LabError, labErrorStatus } from '../../contract/labError.ts';

/** The path and query of a request. Throws LabError BAD_REQUEST for what is none, as `//`. */
export function requestUrl(request: IncomingMessage): URL {
  const path = request.url ?? '/';
  if (!path.startsWith('/') || path.startsWith('//') || !URL.canParse(path, 'http://labdeck'))
    throw new LabError('BAD_REQUEST', 'This path cannot be read');
  return new URL(path, 'http://labdeck');
}

/** Answers JSON that nobody caches. */
export function respondJson(response: ServerResponse, status: number, body: unknown): void {
  response.writeHead(status, {
    'content-type': 'application/json; charset=utf-8',
    'cache-control': 'no-store',
    'x-content-type-options': 'nosniff',
  });
  response.end(JSON.stringify(body));
}

/** Answers an error the way every other REST error looks: code, message, hint. */
export function respondError(response: ServerResponse, error: unknown): void {
  const problem =
    error instanceof LabError ? error : new LabError('INTERNAL', 'Something broke inside Labdeck');
  if (response.headersSent) {
    response.destroy();
    return;
  }
  respondJson(response, labErrorStatus[problem.code], errorBody(problem.code, problem.message, problem.data));
}

export function errorBody(code: string, message: string, data: unknown): Record<string, unknown> {
  const { hint, field, details } = (data ?? {}) as Record<string, unknown>;
  return {
    code,
    message,
    ...(hint === undefined ? {} : { hint }),
    ...(field === undefined ? {} : { field }),
    ...(details === undefined ? {} : { details }),
  };
}
