import { fail } from '../../../contract/index.ts';
import { answerChallenge, parseChallenge } from './digest.ts';
import type { Answer } from './exchange.ts';
import type { Ask, OutletHttp } from './outletHttp.ts';

export interface Credentials {
  readonly user: string;
  /** null: none was set. */
  readonly password: string | null;
}

/** Basic authentication (RFC 7617), sent at once: outlets that want none ignore it. */
export function askBasic(http: OutletHttp, ask: Ask, who: Credentials, signal: AbortSignal): Promise<Answer> {
  if (who.password === null) return http.ask(ask, signal);
  const pair = Buffer.from(`${who.user}:${who.password}`, 'utf8').toString('base64');
  return http.ask({ ...ask, headers: { ...ask.headers, authorization: `Basic ${pair}` } }, signal);
}

/**
 * Digest authentication with SHA-256: asked without, and once more where the outlet wants it. Resolves with a 401 where no
 * password was set or the one there is was not accepted. Rejects with UNSUPPORTED where it wants another kind of log-in.
 */
export async function askDigest(
  http: OutletHttp,
  ask: Ask,
  who: Credentials,
  signal: AbortSignal,
): Promise<Answer> {
  const first = await http.ask(ask, signal);
  if (first.status !== 401 || who.password === null) return first;
  const challenge = parseChallenge(first.headers['www-authenticate']);
  if (!challenge)
    fail(
      'UNSUPPORTED',
      `${http.host} asks for a kind of log-in that Labdeck does not know`,
      'Update its firmware.',
    );
  const authorization = answerChallenge(challenge, {
    user: who.user,
    password: who.password,
    method: ask.method ?? 'GET',
    target: http.target(ask),
  });
  return http.ask({ ...ask, headers: { ...ask.headers, authorization } }, signal);
}

/** A token as a header carries it. Throws LabError UNAUTHORIZED for what no server can have given out. */
export function bearer(token: string): string {
  const trimmed = token.trim();
  if (!/^[\x21-\x7e]+$/.test(trimmed))
    fail('UNAUTHORIZED', 'The token has characters that no token has', 'Copy it again and set it anew.');
  return `Bearer ${trimmed}`;
}
