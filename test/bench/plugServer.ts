import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';

/** When a plug answered a switch command, by this process' monotonic clock. */
export interface Switched {
  readonly plug: number;
  readonly state: 'on' | 'off';
  readonly atMs: number;
}

/** Many plugs with Tasmota's HTTP API (tasmota.github.io/docs/Commands) on one port: plug n is at `urlOf(n)`. */
export class PlugServer {
  readonly switched: Switched[] = [];
  readonly #server: Server;
  readonly #on = new Set<number>();

  private constructor() {
    this.#server = createServer((request, response) => {
      const url = new URL(request.url ?? '/', 'http://plug');
      const plug = Number(/^\/(\d+)\/cm$/.exec(url.pathname)?.[1] ?? Number.NaN);
      const command = (url.searchParams.get('cmnd') ?? '').toLowerCase();
      const wanted = /^power1? (on|off|1|0)$/.exec(command)?.[1];
      if (wanted !== undefined) {
        const state = wanted === 'on' || wanted === '1' ? 'on' : 'off';
        if (state === 'on') this.#on.add(plug);
        else this.#on.delete(plug);
        this.switched.push({ plug, state, atMs: performance.now() });
      }
      const answer = command.startsWith('power')
        ? { POWER: this.#on.has(plug) ? 'ON' : 'OFF' }
        : { StatusSNS: { Time: '2026-01-01T00:00:00' } };
      response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify(answer));
    });
  }

  static async start(): Promise<PlugServer> {
    const plugs = new PlugServer();
    await new Promise<void>((resolve) => plugs.#server.listen(0, '127.0.0.1', resolve));
    return plugs;
  }

  urlOf(plug: number): string {
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}/${plug}`;
  }

  close(): Promise<void> {
    this.#server.closeAllConnections();
    return new Promise((resolve) => this.#server.close(() => resolve()));
  }
}
