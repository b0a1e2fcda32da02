import type { IncomingMessage, ServerResponse } from 'node:http';
import { OpenAPIHandler } from '@orpc/openapi/node';
import { ORPCError, onError } from '@orpc/server';
import type { Logger } from '../../base/logger.ts';
import type { ConsoleService, LeaseTable } from '../../console/index.ts';
import { LabError } from '../../contract/labError.ts';
import { callerOf } from '../callers.ts';
import { nameFieldsInErrors } from '../errors.ts';
import type { LabRouter } from '../router.ts';
import { openApiDocument } from './openApi.ts';
import { isRecordingRequest, serveRecording } from './recordingRoute.ts';
import { errorBody, respondError, respondJson } from './respond.ts';

export const restPrefix = '/api/v1';
const maxBodyBytes = 1024 * 1024;

export interface RestDeps {
  readonly router: LabRouter;
  readonly consoles: ConsoleService;
  readonly leases: LeaseTable;
  readonly version: string;
  readonly logger: Logger;
}

/** Answers one REST request, already let in. */
export type RestHandler = (request: IncomingMessage, response: ServerResponse, url: URL) => Promise<void>;

/** The contract as REST, the recording's raw bytes, and the description of both. */
export function createRestHandler({ router, consoles, leases, version, logger }: RestDeps): RestHandler {
  const handler = new OpenAPIHandler(router, {
    clientInterceptors: [
      ...nameFieldsInErrors,
      onError((error) => {
        if (!(error instanceof ORPCError)) logger.error('a bug answered 500', { error });
      }),
    ],
    customErrorResponseBodyEncoder: (error) =>
      error.code === 'INTERNAL_SERVER_ERROR'
        ? errorBody('INTERNAL', 'Something broke inside Labdeck', { hint: 'The log has the details.' })
        : errorBody(error.code, error.message, error.data),
  });
  let document: Promise<unknown> | null = null;

  return async (request, response, url) => {
    try {
      if (url.pathname === `${restPrefix}/openapi.json`) {
        document ??= openApiDocument(router, version);
        respondJson(response, 200, await document);
        return;
      }
      if (isRecordingRequest(url)) {
        await serveRecording(consoles, url, request, response);
        return;
      }
      checkLength(request);
      // Every body here is JSON, whatever `curl -d` calls it by default.
      if (request.method !== 'GET') request.headers['content-type'] = 'application/json';
      const context = { caller: callerOf(request, leases) };
      const { matched } = await handler.handle(request, response, { prefix: restPrefix, context });
      if (!matched)
        throw new LabError('NOT_FOUND', `There is no ${request.method} ${url.pathname}`, {
          hint: `${restPrefix}/openapi.json lists what there is.`,
        });
    } catch (error) {
      if (!(error instanceof LabError)) logger.error('a request failed', { path: url.pathname, error });
      respondError(response, error);
    }
  };
}

function checkLength(request: IncomingMessage): void {
  const length = Number(request.headers['content-length'] ?? 0);
  if (length > maxBodyBytes || (request.headers['transfer-encoding'] && request.method !== 'GET'))
    throw new LabError('TOO_LARGE', `A request may carry ${maxBodyBytes} bytes, with its length stated`);
}
