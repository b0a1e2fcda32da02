import { OpenAPIGenerator } from '@orpc/openapi';
import { ZodToJsonSchemaConverter } from '@orpc/zod/zod4';
import type { LabRouter } from '../router.ts';

/** Describes the REST API: what the contract says, and the one route that answers raw bytes. */
export async function openApiDocument(router: LabRouter, version: string): Promise<unknown> {
  const generator = new OpenAPIGenerator({ schemaConverters: [new ZodToJsonSchemaConverter()] });
  const document = await generator.generate(router, {
    info: { title: 'Labdeck', version, description: 'Boards, their power, LEDs and consoles on this bench.' },
    servers: [{ url: '/api/v1' }],
    security: [{ bearer: [] }],
    components: { securitySchemes: { bearer: { type: 'http', scheme: 'bearer' } } },
  });
  const integer = { type: 'integer', minimum: 0 } as const;
  return {
    ...document,
    paths: {
      ...document.paths,
      '/consoles/{consoleId}/recording': {
        get: {
          operationId: 'consoles.recording',
          summary: 'The recording: raw bytes exactly as printed',
          parameters: [
            { name: 'consoleId', in: 'path', required: true, schema: { type: 'string' } },
            { name: 'from', in: 'query', description: 'first byte', schema: { ...integer, default: 0 } },
            {
              name: 'follow',
              in: 'query',
              description: 'go on with what is printed from now on',
              schema: { type: 'boolean', default: false },
            },
          ],
          responses: {
            200: {
              description: 'Raw bytes',
              headers: {
                'labdeck-from-offset': { description: 'offset of the first byte', schema: integer },
                'labdeck-end-offset': { description: 'where the recording ended', schema: integer },
              },
              content: { 'application/octet-stream': { schema: { type: 'string', format: 'binary' } } },
            },
          },
        },
      },
    },
  };
}
