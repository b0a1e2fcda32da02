import { OpenAPIGenerator } from '@orpc/openapi';
import { ZodToJsonSchemaConverter } from '@orpc/zod/zod4';
import { exportFormat, exportTimes } from '../../contract/index.ts';
import type { LabErrorCode } from '../../contract/labError.ts';
import type { LabRouter } from '../router.ts';

/** Describes the REST API: what the contract says, and the one route that answers raw bytes. */
export async function openApiDocument(router: LabRouter, version: string): Promise<unknown> {
  const generator = new OpenAPIGenerator({ schemaConverters: [new ZodToJsonSchemaConverter()] });
  const document = await generator.generate(router, {
    info: { title: 'Labdeck', version, description: 'Boards, their power, LEDs and consoles on this bench.' },
    servers: [{ url: '/api/v1' }],
    security: [{ bearer: [] }],
    components: { securitySchemes: { bearer: { type: 'http', scheme: 'bearer' } } },
    customErrorResponseBodySchema: (errors) => errorSchema(errors.map(([code]) => code)),
  });
  const integer = { type: 'integer', minimum: 0 } as const;
  return {
    ...document,
    paths: {
      ...withCommonErrors(document.paths ?? {}),
      '/consoles/{consoleId}/recording': {
        get: {
          operationId: 'consoles.recording',
          summary: 'The recording: raw bytes exactly as printed, text with times, or an asciicast',
          parameters: [
            { name: 'consoleId', in: 'path', required: true, schema: { type: 'string' } },
            {
              name: 'format',
              in: 'query',
              schema: { type: 'string', enum: [...exportFormat.options], default: 'raw' },
            },
            {
              name: 'times',
              in: 'query',
              description: 'what stands before each line of a text',
              schema: { type: 'string', enum: [...exportTimes.options], default: 'host' },
            },
            { name: 'from', in: 'query', description: 'first byte', schema: { ...integer, default: 0 } },
            { name: 'to', in: 'query', description: 'the byte behind the last', schema: integer },
            {
              name: 'follow',
              in: 'query',
              description: 'raw bytes go on with what is printed from now on',
              schema: { type: 'boolean', default: false },
            },
          ],
          responses: {
            200: {
              description: 'As printed, or as the format says',
              headers: {
                'labdeck-from-offset': { description: 'offset of the first byte', schema: integer },
                'labdeck-end-offset': { description: 'where the recording ended', schema: integer },
              },
              content: {
                'application/octet-stream': { schema: { type: 'string', format: 'binary' } },
                'text/plain': { schema: { type: 'string' } },
                'application/x-asciicast': { schema: { type: 'string' } },
              },
            },
            400: errorResponse('BAD_REQUEST'),
            404: errorResponse('NOT_FOUND'),
            ...commonErrors,
          },
        },
      },
    },
  };
}

/** What any route may answer before the contract is asked. */
const commonErrors = {
  401: errorResponse('UNAUTHORIZED'),
  403: errorResponse('FORBIDDEN'),
  413: errorResponse('TOO_LARGE'),
  500: errorResponse('INTERNAL'),
};

type Paths = NonNullable<Awaited<ReturnType<OpenAPIGenerator['generate']>>['paths']>;

function withCommonErrors(paths: Paths): Paths {
  const methods = ['get', 'put', 'post', 'patch', 'delete'] as const;
  return Object.fromEntries(
    Object.entries(paths).map(([path, item]) => {
      const operations = methods.flatMap((method) => {
        const operation = item?.[method];
        if (!operation) return [];
        // Any input may be malformed, whether or not the procedure says so itself.
        const malformed = method === 'get' ? {} : { 400: errorResponse('BAD_REQUEST') };
        return [
          [method, { ...operation, responses: { ...commonErrors, ...malformed, ...operation.responses } }],
        ];
      });
      return [path, { ...item, ...Object.fromEntries(operations) }];
    }),
  );
}

function errorResponse(code: LabErrorCode) {
  return { description: code, content: { 'application/json': { schema: errorSchema([code]) } } };
}

/** The body of every error; see respond.ts. */
function errorSchema(codes: readonly string[]) {
  return {
    type: 'object' as const,
    properties: {
      code: { type: 'string' as const, enum: [...codes] },
      message: { type: 'string' as const, description: 'for people' },
      hint: { type: 'string' as const, description: 'what to do next' },
      field: { type: 'string' as const, description: 'the input field at fault, dotted' },
      details: { type: 'object' as const },
    },
    required: ['code', 'message'],
  };
}
