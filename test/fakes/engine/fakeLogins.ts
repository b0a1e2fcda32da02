import { randomBytes } from 'node:crypto';

const lifeMs = 60_000;

/** Addresses that log a browser in once, and the sessions that come of them. */
export class FakeLogins {
  readonly #tokens = new Map<string, { readonly user: string; readonly untilMs: number }>();
  readonly #sessions = new Map<string, string>();

  offer(user: string): string {
    const token = randomBytes(24).toString('base64url');
    this.#tokens.set(token, { user, untilMs: Date.now() + lifeMs });
    return token;
  }

  /** The session; null: used before, too late, or never given out. */
  redeem(token: string): string | null {
    const found = this.#tokens.get(token);
    this.#tokens.delete(token);
    if (!found || found.untilMs < Date.now()) return null;
    const session = randomBytes(24).toString('base64url');
    this.#sessions.set(session, found.user);
    return session;
  }

  userOf(cookies: string): string | null {
    const session = /(?:^|; )session=([^;]+)/.exec(cookies)?.[1];
    return (session !== undefined && this.#sessions.get(session)) || null;
  }
}
