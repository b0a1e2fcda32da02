import { createHash, randomBytes } from 'node:crypto';

export interface DigestChallenge {
  readonly realm: string;
  readonly nonce: string;
  readonly opaque: string | null;
}

/**
 * The challenge of a `WWW-Authenticate` header that asks for digest authentication with SHA-256 and qop=auth, the only one
 * Shelly asks for (RFC 7616, section 3.3); null where it asks for none of that.
 */
export function parseChallenge(header: string | undefined): DigestChallenge | null {
  const asked = /(?:^|,\s*)Digest\s+(.*)$/i.exec(header ?? '')?.[1];
  if (asked === undefined) return null;
  const fields = new Map<string, string>();
  for (const [, name = '', quoted, plain = ''] of asked.matchAll(
    /([a-z]+)\s*=\s*(?:"([^"\\]*)"|([^\s,"]+))/gi,
  ))
    if (!fields.has(name.toLowerCase())) fields.set(name.toLowerCase(), quoted ?? plain);
  const realm = fields.get('realm');
  const nonce = fields.get('nonce');
  const canAuth = (fields.get('qop') ?? '').split(',').some((qop) => qop.trim() === 'auth');
  if (realm === undefined || nonce === undefined || !canAuth) return null;
  if (fields.get('algorithm')?.toUpperCase() !== 'SHA-256') return null;
  return { realm, nonce, opaque: fields.get('opaque') ?? null };
}

/** The `Authorization` header for one request (RFC 7616, section 3.4). `target` is the request line's. */
export function answerChallenge(
  challenge: DigestChallenge,
  ask: { user: string; password: string; method: string; target: string; cnonce?: string },
): string {
  const { realm, nonce, opaque } = challenge;
  const cnonce = ask.cnonce ?? randomBytes(16).toString('hex');
  const nc = '00000001';
  const a1 = sha256(`${ask.user}:${realm}:${ask.password}`);
  const a2 = sha256(`${ask.method}:${ask.target}`);
  const response = sha256(`${a1}:${nonce}:${nc}:${cnonce}:auth:${a2}`);
  // A header carries bytes: these are the user's in UTF-8.
  const user = Buffer.from(ask.user, 'utf8').toString('latin1').replace(/["\\]/g, '\\$&');
  return [
    `Digest username="${user}", realm="${realm}", nonce="${nonce}", uri="${ask.target}"`,
    `response="${response}", algorithm=SHA-256, qop=auth, nc=${nc}, cnonce="${cnonce}"`,
    ...(opaque === null ? [] : [`opaque="${opaque}"`]),
  ].join(', ');
}

function sha256(text: string): string {
  return createHash('sha256').update(text, 'utf8').digest('hex');
}
