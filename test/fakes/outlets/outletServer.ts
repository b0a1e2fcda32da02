import { createServer, type IncomingMessage, type ServerResponse, STATUS_CODES } from 'node:http';
import type { AddressInfo, Socket } from 'node:net';
import { vi } from 'vitest';

export interface Reply {
  readonly status: number;
  readonly headers?: Record<string, string>;
  /** A text as it is, anything else as JSON. */
  readonly body: unknown;
}

/**
 * How an outlet's server goes wrong. The first three have heard the request and obey it; `half` and the rest do not, but
 * for what `afterwards` says in its name.
 */
export type Fault =
  | 'late'
  | 'twice'
  | 'reset-afterwards'
  | 'hang'
  | 'drip'
  | 'half'
  | 'reset'
  | 'close'
  | 'html'
  | 'other-json'
  | 'redirect'
  | 'huge'
  | 'no-http'
  | 'broken';

const obeying = new Set<Fault>(['late', 'twice', 'reset-afterwards']);

/** A small server on loopback that is some vendor's outlet: the vendor's part is `obey`. */
export abstract class OutletServer {
  /** Request lines and headers, as they came. */
  readonly heard: { method: string; url: string; headers: IncomingMessage['headers'] }[] = [];
  /** How many commands it carried out. */
  commands = 0;
  fault: Fault | null = null;
  /** Its relay is stuck: it says yes and nothing moves. */
  isStuck = false;
  readonly #held: (() => void)[] = [];
  readonly #server = createServer((request, response) => void this.#hear(request, response));

  /** Carries a request out and says what the vendor's device would. */
  protected abstract obey(request: IncomingMessage, url: URL, body: string): Reply;

  /** On any free port, or on the one given. */
  async start(port = 0): Promise<this> {
    await new Promise<void>((resolve) => this.#server.listen(port, '127.0.0.1', resolve));
    return this;
  }

  get url(): string {
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}`;
  }

  /** Resolves once it has heard so many requests. */
  async hears(count: number): Promise<void> {
    await vi.waitFor(
      () => {
        if (this.heard.length < count) throw new Error(`heard ${this.heard.length} of ${count} requests`);
      },
      { timeout: 20_000, interval: 5 },
    );
  }

  /** Gives the answers it held back. */
  answerNow(): void {
    for (const answer of this.#held.splice(0)) answer();
  }

  async stop(): Promise<void> {
    this.#server.closeAllConnections();
    await new Promise<void>((resolve) => this.#server.close(() => resolve()));
  }

  async #hear(request: IncomingMessage, response: ServerResponse): Promise<void> {
    let body = '';
    for await (const chunk of request) body += chunk;
    const { method = '', url = '/', headers } = request;
    this.heard.push({ method, url, headers });
    const { fault } = this;
    const obey = () => this.obey(request, new URL(url, this.url), body);
    if (fault === null) write(response, obey());
    else if (obeying.has(fault)) this.#obeyBadly(fault, obey(), response);
    else refuse(fault, request.socket, response);
  }

  #obeyBadly(fault: Fault, reply: Reply, response: ServerResponse): void {
    if (fault === 'late') this.#held.push(() => write(response, reply));
    else if (fault === 'twice') response.socket?.end(raw(reply).repeat(2));
    else response.socket?.resetAndDestroy();
  }
}

function write(response: ServerResponse, reply: Reply): void {
  response.writeHead(reply.status, { 'content-type': typeOf(reply), ...reply.headers });
  response.end(textOf(reply));
}

function raw(reply: Reply): string {
  const text = textOf(reply);
  const headers = {
    'content-type': typeOf(reply),
    'content-length': `${Buffer.byteLength(text)}`,
    ...reply.headers,
  };
  const lines = Object.entries(headers).map(([name, value]) => `${name}: ${value}`);
  return [`HTTP/1.1 ${reply.status} ${STATUS_CODES[reply.status]}`, ...lines, '', text].join('\r\n');
}

function typeOf({ body }: Reply): string {
  return typeof body === 'string' ? 'text/plain' : 'application/json';
}

function textOf({ body }: Reply): string {
  return typeof body === 'string' ? body : JSON.stringify(body);
}

function refuse(fault: Fault, socket: Socket, response: ServerResponse): void {
  if (fault === 'hang') return;
  if (fault === 'drip') drip(socket);
  else if (fault === 'half') socket.end('HTTP/1.1 200 OK\r\ncontent-length: 100\r\n\r\n{"POWER"');
  else if (fault === 'reset') socket.resetAndDestroy();
  else if (fault === 'close') socket.end();
  else if (fault === 'no-http') socket.end('SSH-2.0-OpenSSH_9.2\r\n');
  else write(response, nonsense(fault, response.req));
}

/** One byte after the other, and never the last one. */
function drip(socket: Socket): void {
  socket.write('HTTP/1.1 200 OK\r\ncontent-length: 60000\r\n\r\n');
  const timer = setInterval(() => socket.write(' '), 5);
  socket.once('close', () => clearInterval(timer));
}

function nonsense(fault: Fault, request: IncomingMessage): Reply {
  const html = { 'content-type': 'text/html; charset=utf-8' };
  // A page that repeats what it was asked is how passwords get into logs.
  if (fault === 'html')
    return { status: 200, headers: html, body: `<html>You asked for ${request.url}</html>` };
  if (fault === 'redirect')
    return { status: 302, headers: { location: `http://127.0.0.2${request.url}` }, body: '' };
  if (fault === 'huge') return { status: 200, body: ' '.repeat(200_000) };
  if (fault === 'broken') return { status: 500, headers: html, body: `<h1>Traceback: ${request.url}</h1>` };
  return { status: 200, body: { you: 'asked', for: request.url } };
}
