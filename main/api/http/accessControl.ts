import { createHash, randomBytes, timingSafeEqual } from 'node:crypto';
import type { IncomingMessage } from 'node:http';
import { LabError } from '../../contract/labError.ts';

const maxSessions = 1_000;

/**
 * Who may speak to the loopback server. A hostile page in the user's browser can reach 127.0.0.1 too: the Host
 * check defeats DNS rebinding, the Origin check foreign pages, and the token everybody else. A browser exchanges
 * the token once for an HttpOnly cookie, so that scripts in the page never hold it.
 */
export class AccessControl {
  readonly token = randomBytes(32).toString('base64url');
  /** Cookies ignore ports: the name keeps two Labdecks on one host apart. */
  readonly #cookieName: string;
  readonly #sessions = new Set<string>();
  readonly #hosts: ReadonlySet<string>;

  constructor(port: number) {
    this.#cookieName = `labdeck-${port}`;
    this.#hosts = new Set([`127.0.0.1:${port}`, `localhost:${port}`, `[::1]:${port}`]);
  }

  /** Throws LabError FORBIDDEN for a foreign Host or Origin. */
  checkSource(request: IncomingMessage): void {
    const { host, origin } = request.headers;
    if (!host || !this.#hosts.has(host.toLowerCase()))
      throw new LabError('FORBIDDEN', 'This address is not mine', {
        hint: 'Use the address Labdeck printed.',
      });
    if (origin !== undefined && !this.#isOwnOrigin(origin, host))
      throw new LabError('FORBIDDEN', 'Pages of other sites may not use Labdeck');
    const site = request.headers['sec-fetch-site'];
    // A link from elsewhere may open the page itself, never call the API.
    if (site === 'cross-site' && request.headers['sec-fetch-mode'] !== 'navigate')
      throw new LabError('FORBIDDEN', 'Pages of other sites may not use Labdeck');
  }

  /** Throws LabError UNAUTHORIZED. */
  checkToken(request: IncomingMessage): void {
    if (this.#hasBearer(request) || this.#hasSession(request)) return;
    throw new LabError('UNAUTHORIZED', 'The access token is missing or wrong', {
      hint: 'Send "Authorization: Bearer TOKEN" with the token Labdeck printed at its start.',
    });
  }

  /** Answers the Set-Cookie header of a new session. Throws LabError UNAUTHORIZED without token or session. */
  createSession(request: IncomingMessage): string {
    this.checkToken(request);
    // A page that reloads for weeks must not fill memory: the oldest session goes.
    const [oldest] = this.#sessions;
    if (oldest !== undefined && this.#sessions.size >= maxSessions) this.#sessions.delete(oldest);
    const session = randomBytes(32).toString('base64url');
    this.#sessions.add(session);
    return `${this.#cookieName}=${session}; HttpOnly; SameSite=Strict; Path=/`;
  }

  #hasBearer(request: IncomingMessage): boolean {
    const [scheme, token] = (request.headers.authorization ?? '').split(' ');
    return scheme?.toLowerCase() === 'bearer' && token !== undefined && sameSecret(token, this.token);
  }

  #hasSession(request: IncomingMessage): boolean {
    const cookies = (request.headers.cookie ?? '').split(';').map((cookie) => cookie.trim());
    return cookies.some((cookie) => {
      const [name, value] = cookie.split('=');
      return name === this.#cookieName && value !== undefined && this.#sessions.has(value);
    });
  }

  #isOwnOrigin(origin: string, host: string): boolean {
    return origin.toLowerCase() === `http://${host.toLowerCase()}`;
  }
}

/** Compares in constant time, whatever the lengths. */
function sameSecret(given: string, wanted: string): boolean {
  const digest = (text: string) => createHash('sha256').update(text).digest();
  return timingSafeEqual(digest(given), digest(wanted));
}
