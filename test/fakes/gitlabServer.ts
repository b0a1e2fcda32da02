import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

interface Request {
  iid: number;
  title: string;
  sha: string | null;
  labels: string[];
}

/** As much of a GitLab server as lists open merge requests, with what can go wrong with one. */
export class GitlabServer {
  /** `group/project` to its open merge requests. */
  readonly projects = new Map<string, Request[]>();
  /** What came, with the token each request brought. */
  readonly heard: { url: string; token: string | undefined }[] = [];
  /** null: everything may be read. */
  token: string | null = null;
  /** A server may give less than it is asked for. */
  maxPerPage = 100;
  /** `link`: as behind a proxy that drops headers it does not know. */
  paging: 'header' | 'link' = 'header';
  /** Answers instead; true: it did. */
  instead: ((request: IncomingMessage, response: ServerResponse) => boolean) | null = null;
  readonly #server = createServer((request, response) => this.#answer(request, response));

  static async start(): Promise<GitlabServer> {
    const server = new GitlabServer();
    await new Promise<void>((resolve) => server.#server.listen(0, '127.0.0.1', resolve));
    return server;
  }

  get origin(): string {
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}`;
  }

  async stop(): Promise<void> {
    this.#server.closeAllConnections();
    await new Promise<void>((resolve) => this.#server.close(() => resolve()));
  }

  #answer(request: IncomingMessage, response: ServerResponse): void {
    const url = new URL(request.url ?? '/', this.origin);
    const token = request.headers['private-token'];
    this.heard.push({ url: `${request.url}`, token: typeof token === 'string' ? token : undefined });
    if (this.instead?.(request, response)) return;
    if (this.token !== null && token !== this.token) {
      send(response, token === undefined ? 404 : 401, { message: 'no' });
      return;
    }
    const [, encoded] = /^\/api\/v4\/projects\/([^/]+)\/merge_requests$/.exec(url.pathname) ?? [];
    const all = this.projects.get(decodeURIComponent(encoded ?? ''));
    if (!all || url.searchParams.get('state') !== 'opened') {
      send(response, 404, { message: '404 Project Not Found' });
      return;
    }
    const label = url.searchParams.get('labels');
    const wanted = all.filter(({ labels }) => label === null || labels.includes(label));
    const size = Math.min(Number(url.searchParams.get('per_page') ?? 20), this.maxPerPage);
    const page = Number(url.searchParams.get('page') ?? 1);
    const next = page * size < wanted.length ? `${page + 1}` : '';
    if (this.paging === 'header') response.setHeader('X-Next-Page', next);
    else if (next !== '') {
      url.searchParams.set('page', next);
      response.setHeader('Link', `<${url.href}>; rel="next", <${url.href}>; rel="last"`);
    }
    const body = wanted.slice((page - 1) * size, page * size);
    send(
      response,
      200,
      body.map((each) => ({ ...each, state: 'opened', author: { name: 'somebody' } })),
    );
  }
}

function send(response: ServerResponse, status: number, body: unknown): void {
  response.writeHead(status, { 'content-type': 'application/json' });
  response.end(JSON.stringify(body));
}
