import type { z } from 'zod';
import type { Clock } from '../../../base/clock.ts';
import { errnoOf } from '../../../base/errno.ts';
import { fail, LabError } from '../../../contract/index.ts';
import type { Sending } from '../outletBackend.ts';
import { type Answer, exchange, NoAnswer } from './exchange.ts';

export interface Ask {
  readonly method?: 'GET' | 'POST';
  /** Appended to the base address, with a leading slash and no query. */
  readonly path: string;
  readonly query?: Readonly<Record<string, string>>;
  readonly headers?: Readonly<Record<string, string>>;
  readonly json?: unknown;
  /** Given with a command that switches. */
  readonly sending?: Sending;
}

/**
 * Asks one outlet's HTTP server. What is in a request (a password in its query, too) is never in an error; of an
 * answer only what was understood is.
 */
export class OutletHttp {
  /** One spelling of the address, for what is kept by it. */
  readonly address: string;
  readonly #baseUrl: string;
  /** null: it is no address. */
  readonly #base: URL | null;
  readonly #clock: Clock;
  readonly #timeoutMs: number;

  constructor(deps: { baseUrl: string; clock: Clock; timeoutMs: number }) {
    this.#baseUrl = deps.baseUrl.replace(/\/+$/, '');
    this.#base = URL.canParse(this.#baseUrl) ? new URL(this.#baseUrl) : null;
    this.address = this.#base?.href.replace(/\/+$/, '') ?? this.#baseUrl;
    this.#clock = deps.clock;
    this.#timeoutMs = deps.timeoutMs;
  }

  /** Host and, where it is no usual one, port: what people call the outlet by. */
  get host(): string {
    return this.#base?.host ?? this.#baseUrl;
  }

  /** The address of a request as it stands in a request line: path and query. */
  target(ask: Pick<Ask, 'path' | 'query'>): string {
    const url = this.#urlOf(ask);
    return `${url.pathname}${url.search}`;
  }

  /**
   * Resolves with the answer, whatever its status but a redirect. Rejects with LabError DEVICE_GONE (nobody there),
   * TIMEOUT or COMMAND_FAILED (no answer one could read, a redirect), or the signal's reason.
   */
  async ask(ask: Ask, signal: AbortSignal): Promise<Answer> {
    signal.throwIfAborted();
    const url = this.#urlOf(ask);
    // Ends the request at its deadline or when the caller gives up, and the wait for the deadline with the request.
    const over = new AbortController();
    const onAbort = () => over.abort(signal.reason);
    signal.addEventListener('abort', onAbort);
    this.#clock.sleep(this.#timeoutMs, over.signal).then(
      () => over.abort(this.#tooLate()),
      () => {},
    );
    const request = {
      method: ask.method ?? 'GET',
      headers: {
        accept: 'application/json',
        ...(ask.json === undefined ? {} : { 'content-type': 'application/json' }),
        ...ask.headers,
      },
      body: ask.json === undefined ? null : JSON.stringify(ask.json),
    } as const;
    try {
      const answer = await exchange(url, request, over.signal, () => ask.sending?.leaves());
      // 3xx and 4xx say that nothing was done; a 5xx may have come after half of it.
      if (answer.status >= 300 && answer.status < 500) ask.sending?.refused();
      if (answer.status >= 300 && answer.status < 400) throw this.#redirected(url, answer);
      return answer;
    } catch (error) {
      if (error instanceof NoAnswer) throw this.#noAnswer(error);
      if (errnoOf(error) === 'ERR_INVALID_CHAR')
        fail('BAD_REQUEST', `The user or password for ${this.host} has characters that cannot be sent`);
      throw error;
    } finally {
      signal.removeEventListener('abort', onAbort);
      over.abort(ended);
    }
  }

  /** UNAUTHORIZED for 401 and 403, COMMAND_FAILED for any other status but 2xx. */
  refusal({ status }: Answer, hint: string): LabError {
    if (status === 401 || status === 403) return this.unauthorized(hint, status);
    return new LabError('COMMAND_FAILED', `${this.host} refuses (status ${status})`, {
      hint: 'Look whether the binding names what is there.',
      details: { status },
    });
  }

  unauthorized(hint: string, status: number | null = null): LabError {
    return new LabError('UNAUTHORIZED', `${this.host} wants a password, or another one`, {
      hint,
      details: { status },
    });
  }

  /** What the answer says, checked. Rejects with COMMAND_FAILED naming `what` was expected and what came. */
  parse<T>({ text, headers, status }: Answer, schema: z.ZodType<T>, what: string): T {
    const parsed = schema.safeParse(jsonOf(text));
    if (parsed.success) return parsed.data;
    const type = /^[a-z0-9.+/-]+/i.exec(headers['content-type'] ?? '')?.[0] ?? null;
    const came = jsonOf(text) === undefined ? (type ?? 'something unreadable') : 'other JSON';
    fail(
      'COMMAND_FAILED',
      `${this.host} answers with ${came}, not as ${what}`,
      `Look whether ${what} is what answers there.`,
      {
        details: { status, contentType: type },
      },
    );
  }

  #urlOf({ path, query }: Pick<Ask, 'path' | 'query'>): URL {
    if (!this.#base)
      fail('BAD_REQUEST', `${this.#baseUrl} is no address`, 'Correct it in the binding.', {
        field: 'power.url',
      });
    const url = new URL(`${this.#baseUrl}${path}`);
    // URLSearchParams would write a space as a plus sign, which not every outlet takes for one.
    url.search = Object.entries(query ?? {})
      .map(([name, value]) => `${encodeURIComponent(name)}=${encodeURIComponent(value)}`)
      .join('&');
    return url;
  }

  #tooLate(): LabError {
    return new LabError('TIMEOUT', `${this.host} did not answer within ${this.#timeoutMs / 1000} s`, {
      hint: 'It may be busy or out of reach. Whether it switched is not known until it answers.',
    });
  }

  #redirected(url: URL, { headers, status }: Answer): LabError {
    const { location } = headers;
    const target =
      location !== undefined && URL.canParse(location, url.href) ? new URL(location, url.href) : null;
    // Its query may repeat ours.
    const where = target ? `${target.origin}${target.pathname}` : 'nowhere';
    return new LabError('COMMAND_FAILED', `${this.host} sends us elsewhere`, {
      hint: `It names ${where}: bind the outlet under the address it really has.`,
      details: { status },
    });
  }

  #noAnswer({ why, cause }: NoAnswer): LabError {
    if (why === 'unreachable')
      return new LabError(
        'DEVICE_GONE',
        `${this.host} cannot be reached`,
        { hint: 'Look whether it has power and is on this network; its address may have changed.' },
        { cause },
      );
    return new LabError(
      'COMMAND_FAILED',
      `${this.host} ${complaints[why].says}`,
      { hint: complaints[why].hint },
      { cause },
    );
  }
}

const complaints = {
  untrusted: {
    says: 'has a certificate this machine does not trust',
    hint: 'Trust it on this machine, or bind the outlet with http:// on your own network.',
  },
  closed: {
    says: 'closed the connection without a whole answer',
    hint: 'It may be restarting, or busy with another client. Try again.',
  },
  'no-http': {
    says: 'does not speak the protocol of its address',
    hint: 'Look at the address: http or https, and the port.',
  },
  'too-long': {
    says: 'answers with more than an outlet has to say',
    hint: 'Look whether the address is that of the outlet.',
  },
} as const;

/** Of a request that is through. One for all: the one `abort` makes where none is given costs a stack trace. */
const ended = new Error('the request is through');

/** undefined: it is none. */
function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
