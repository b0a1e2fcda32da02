import { createHash, randomBytes } from 'node:crypto';
import type { IncomingMessage } from 'node:http';
import { OutletServer, type Reply } from './outletServer.ts';

const realm = 'shellyplus1pm-a8032abe54dc';

/** A Shelly of the second generation or later: https://shelly-api-docs.shelly.cloud/gen2/ */
export class ShellyGen2Server extends OutletServer {
  switches = [false];
  /** Of each switch; null where it has no meter. */
  flow: { apower: number; voltage: number; current: number } | null = null;
  /** null: no log-in. The user is always `admin`. */
  password: string | null = null;
  generation = 2;
  /** SHA-256 is what every firmware has asked for. */
  algorithm = 'SHA-256';
  readonly #nonces = new Set<string>();

  protected override obey(request: IncomingMessage, url: URL): Reply {
    const identity = {
      name: null,
      id: realm,
      mac: 'A8032ABE54DC',
      model: 'SNSW-001P16EU',
      gen: this.generation,
    };
    if (url.pathname === '/shelly')
      return {
        status: 200,
        body: { ...identity, ver: '1.4.4', app: 'Plus1PM', auth_en: this.password !== null },
      };
    if (this.password !== null && !this.#isLoggedIn(request, this.password)) return this.#challenge();
    const [, method] = /^\/rpc\/(.+)$/.exec(url.pathname) ?? [];
    const id = Number(url.searchParams.get('id') ?? Number.NaN);
    if (method !== 'Switch.Set' && method !== 'Switch.GetStatus')
      return { status: 404, body: { code: 404, message: `No handler for ${method}` } };
    if (!(id in this.switches))
      return { status: 500, body: { code: -105, message: `Argument 'id', value ${id} not found!` } };
    return method === 'Switch.Set' ? this.#set(id, url.searchParams.get('on')) : this.#status(id);
  }

  #set(id: number, on: string | null): Reply {
    if (on !== 'true' && on !== 'false')
      return { status: 500, body: { code: -103, message: "Missing or bad argument 'on'!" } };
    this.commands += 1;
    const was = this.switches[id] ?? false;
    if (!this.isStuck) this.switches[id] = on === 'true';
    return { status: 200, body: { was_on: was } };
  }

  #status(id: number): Reply {
    const measured = this.flow ? { ...this.flow, aenergy: { total: 11.7 } } : {};
    return {
      status: 200,
      body: {
        id,
        source: 'HTTP_in',
        output: this.switches[id],
        ...measured,
        temperature: { tC: 41.2, tF: 106.2 },
      },
    };
  }

  #challenge(): Reply {
    const nonce = randomBytes(8).toString('hex');
    this.#nonces.add(nonce);
    const asks = `Digest qop="auth", realm="${realm}", nonce="${nonce}", algorithm=${this.algorithm}`;
    return { status: 401, headers: { 'www-authenticate': asks }, body: '' };
  }

  /** As RFC 7616 has it; each nonce is good for one request. */
  #isLoggedIn({ headers, method, url }: IncomingMessage, password: string): boolean {
    const [, given = ''] = /^Digest (.*)$/.exec(headers.authorization ?? '') ?? [];
    const field = Object.fromEntries(
      [...given.matchAll(/(\w+)=(?:"([^"]*)"|([^\s,]+))/g)].map(([, name, quoted, plain]) => [
        name,
        quoted ?? plain,
      ]),
    );
    if (!this.#nonces.delete(field.nonce ?? '') || field.uri !== url) return false;
    const hash = (text: string) => createHash('sha256').update(text).digest('hex');
    const a1 = hash(`admin:${realm}:${password}`);
    const a2 = hash(`${method}:${url}`);
    return field.response === hash(`${a1}:${field.nonce}:${field.nc}:${field.cnonce}:${field.qop}:${a2}`);
  }
}
