import { LabError } from '../../contract/labError.ts';

/** The body as text. Rejects with LabError TOO_LARGE once it is longer than `maxBytes`. */
export async function readLimited(response: Response, maxBytes: number): Promise<string> {
  const chunks: Uint8Array[] = [];
  let bytes = 0;
  for await (const chunk of response.body ?? []) {
    bytes += chunk.length;
    if (bytes > maxBytes)
      throw new LabError('TOO_LARGE', `${new URL(response.url).origin} answers with more than can be meant`);
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString('utf8');
}
