import type { IncomingMessage } from 'node:http';
import { OutletServer, type Reply } from './outletServer.ts';

interface Entity {
  state: string;
  attributes: Record<string, string>;
}

/** Home Assistant's REST API: https://developers.home-assistant.io/docs/api/rest/ */
export class HomeAssistantServer extends OutletServer {
  readonly entities = new Map<string, Entity>([['switch.bench_plug', { state: 'off', attributes: {} }]]);
  token = 'eyJ0eXAi.long-lived.token';
  /** The device tells its new state only after it was asked for it so often. */
  tellsAfter = 0;
  #pending: { id: string; state: string; reads: number } | null = null;

  protected override obey(request: IncomingMessage, url: URL, body: string): Reply {
    if (request.headers.authorization !== `Bearer ${this.token}`)
      return { status: 401, body: '401: Unauthorized' };
    const [, domain, service] = /^\/api\/services\/(\w+)\/turn_(on|off)$/.exec(url.pathname) ?? [];
    if (domain !== undefined && service !== undefined && request.method === 'POST')
      return this.#turn(domain, service, body);
    const [, id] = /^\/api\/states\/([\w.]+)$/.exec(url.pathname) ?? [];
    if (id !== undefined && request.method === 'GET') return this.#state(id);
    return { status: 404, body: '404: Not Found' };
  }

  /** Answers with what changed meanwhile: nothing, for what it does not know, does not reach, or was so before. */
  #turn(domain: string, service: string, body: string): Reply {
    const { entity_id: id } = JSON.parse(body) as { entity_id: string };
    const entity = this.entities.get(id);
    if (!entity || !id.startsWith(`${domain}.`) || entity.state === 'unavailable')
      return { status: 200, body: [] };
    this.commands += 1;
    if (this.isStuck || entity.state === service) return { status: 200, body: [] };
    if (this.tellsAfter > 0) {
      this.#pending = { id, state: service, reads: this.tellsAfter };
      return { status: 200, body: [] };
    }
    entity.state = service;
    return { status: 200, body: [{ entity_id: id, ...entity, last_changed: '2024-05-01T10:00:00+00:00' }] };
  }

  #state(id: string): Reply {
    const entity = this.entities.get(id);
    if (!entity) return { status: 404, body: { message: 'Entity not found.' } };
    if (this.#pending?.id === id) {
      this.#pending.reads -= 1;
      if (this.#pending.reads <= 0) {
        entity.state = this.#pending.state;
        this.#pending = null;
      }
    }
    return { status: 200, body: { entity_id: id, ...entity } };
  }
}
