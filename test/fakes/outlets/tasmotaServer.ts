import type { IncomingMessage } from 'node:http';
import { OutletServer, type Reply } from './outletServer.ts';

/** A Tasmota device: https://tasmota.github.io/docs/Commands/ */
export class TasmotaServer extends OutletServer {
  /** One for each relay. */
  relays = [false];
  /** null: there is no password. */
  password: string | null = null;
  user = 'admin';
  /** Before version 8.2 a missing password had status 200. */
  warnsWith = 401;
  /** With SetOption26 the one relay there is is named POWER1. */
  numbersOneRelay = false;
  /** Versions of old took a relay they had not for the first one. */
  takesAnyForFirst = false;
  /** StateText1 and StateText2. */
  words: readonly [string, string] = ['OFF', 'ON'];
  /** null: no meter. An array is one value for each channel. */
  energy: Record<string, number | number[]> | null = null;

  protected override obey(_request: IncomingMessage, url: URL): Reply {
    if (url.pathname !== '/cm') return { status: 404, body: 'File Not Found' };
    const given = url.searchParams;
    if (
      this.password !== null &&
      (given.get('user') !== this.user || given.get('password') !== this.password)
    )
      return { status: this.warnsWith, body: { WARNING: 'Need user=<username>&password=<password>' } };
    const [, command = '', index, value] = /^([a-z]+)(\d*)(?: (.*))?$/i.exec(given.get('cmnd') ?? '') ?? [];
    if (command.toLowerCase() === 'power') return this.#power(Number(index || 1), value);
    if (command.toLowerCase() === 'status' && value === '8')
      return { status: 200, body: { StatusSNS: { Time: '2024-05-01T10:00:00', ...this.#sensor() } } };
    return { status: 200, body: { Command: 'Unknown' } };
  }

  #power(asked: number, value: string | undefined): Reply {
    const index = this.takesAnyForFirst && asked > this.relays.length ? 1 : asked;
    if (index < 1 || index > this.relays.length) return { status: 200, body: { Command: 'Unknown' } };
    if (value !== undefined) {
      this.commands += 1;
      if (!this.isStuck) this.relays[index - 1] = ['on', '1', 'true'].includes(value.toLowerCase());
    }
    const name = this.relays.length > 1 || this.numbersOneRelay ? `POWER${index}` : 'POWER';
    return { status: 200, body: { [name]: this.words[this.relays[index - 1] ? 1 : 0] } };
  }

  #sensor(): object {
    return this.energy
      ? { ENERGY: { TotalStartTime: '2024-01-01T00:00:00', Total: 1.2, ...this.energy } }
      : {};
  }
}
