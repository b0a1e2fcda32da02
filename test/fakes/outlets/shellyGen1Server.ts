import type { IncomingMessage } from 'node:http';
import { OutletServer, type Reply } from './outletServer.ts';

/** A Shelly of the first generation: https://shelly-api-docs.shelly.cloud/gen1/ */
export class ShellyGen1Server extends OutletServer {
  relays = [false];
  /** One for each meter; a Shelly 2 has one for two relays. */
  meters: { power: number; is_valid: boolean }[] = [];
  /** null: not restricted. */
  password: string | null = null;
  user = 'admin';
  /** It cut off an overload and stays off until that is cleared. */
  isOverloaded = false;

  protected override obey(request: IncomingMessage, url: URL): Reply {
    const identity = { type: 'SHPLG-S', mac: 'C45BBE000000', auth: this.password !== null, fw: '1.14.0' };
    if (url.pathname === '/shelly')
      return {
        status: 200,
        body: { ...identity, num_outputs: this.relays.length, num_meters: this.meters.length },
      };
    const pair = Buffer.from(`${this.user}:${this.password}`).toString('base64');
    if (this.password !== null && request.headers.authorization !== `Basic ${pair}`)
      return {
        status: 401,
        headers: { 'www-authenticate': 'Basic realm="shellyplug-s"' },
        body: '401 Unauthorized',
      };
    const [, what, index] = /^\/(relay|meter)\/(\d+)$/.exec(url.pathname) ?? [];
    const known = what === 'relay' ? this.relays : what === 'meter' ? this.meters : [];
    if (index === undefined || Number(index) >= known.length) return { status: 404, body: 'Not Found' };
    if (what === 'meter')
      return { status: 200, body: { ...this.meters[Number(index)], overpower: 0, total: 12 } };
    return this.#relay(Number(index), url.searchParams.get('turn'));
  }

  #relay(index: number, turn: string | null): Reply {
    if (turn !== null) {
      this.commands += 1;
      if (!this.isStuck) this.relays[index] = turn === 'on' && !this.isOverloaded;
    }
    const timer = { has_timer: false, timer_started: 0, timer_duration: 0, timer_remaining: 0 };
    return {
      status: 200,
      body: { ison: this.relays[index] ?? false, ...timer, overpower: this.isOverloaded, source: 'http' },
    };
  }
}
