import { ORPCError, os, ValidationError } from '@orpc/server';
import { LabError, labErrorStatus } from '../contract/labError.ts';
import type { ApiContext } from './context.ts';

/** Services throw LabError; the contract speaks ORPCError. Codes are the same, so nothing is lost or guessed. */
export const translateErrors = os.$context<ApiContext>().middleware(async ({ next }) => {
  try {
    return await next();
  } catch (error) {
    throw toOrpcError(error);
  }
});

export function toOrpcError(error: unknown): unknown {
  if (error instanceof LabError)
    return new ORPCError(error.code, {
      status: labErrorStatus[error.code],
      message: error.message,
      data: error.data,
      cause: error,
    });
  return error;
}

/** The same for what breaks off a stream that has begun: the middleware is done by then. */
export async function* translateStream<T>(stream: AsyncIterable<T>): AsyncGenerator<T, void, void> {
  try {
    yield* stream;
  } catch (error) {
    throw toOrpcError(error);
  }
}

/** For every transport's handler: what a client sees of a wrong input names the field. */
export const nameFieldsInErrors = [
  async ({ next }: { next: () => Promise<unknown> }): Promise<unknown> => {
    try {
      return await next();
    } catch (error) {
      throw nameTheField(error);
    }
  },
];

interface Issue {
  readonly message: string;
  readonly path?: readonly (PropertyKey | { key: PropertyKey })[];
}

/** Names the field at fault, where the library only says that something is. */
function nameTheField(error: unknown): unknown {
  if (!(error instanceof ORPCError) || error.code !== 'BAD_REQUEST' || error.data?.field) return error;
  if (!(error.cause instanceof ValidationError)) return error;
  const issues = (error.cause.issues as readonly Issue[]).map((issue) => ({
    field: fieldOf(issue),
    message: issue.message,
  }));
  const first = issues[0];
  if (!first) return error;
  return new ORPCError('BAD_REQUEST', {
    status: 400,
    message: first.field === '' ? first.message : `${first.field}: ${first.message}`,
    data: { field: first.field, hint: 'See /api/v1/openapi.json for what is expected.', details: { issues } },
    cause: error,
  });
}

/** `consoles.0.baudRate`; for an unknown key, that key. */
function fieldOf(issue: Issue): string {
  const path = (issue.path ?? []).map((part) => String(typeof part === 'object' ? part.key : part));
  const { keys } = issue as { keys?: readonly string[] };
  return [...path, ...(keys?.[0] ? [keys[0]] : [])].join('.');
}
