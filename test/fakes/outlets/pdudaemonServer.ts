import type { IncomingMessage } from 'node:http';
import { OutletServer, type Reply } from './outletServer.ts';

/** pdudaemon's HTTP listener: https://github.com/pdudaemon/pdudaemon */
export class PdudaemonServer extends OutletServer {
  /** By the name of the PDU, then by outlet. */
  readonly pdus = new Map<string, Map<string, boolean>>([['pdu01', new Map([['3', false]])]]);
  /** What it says to what it does not accept: 503 by its documentation, 500 by its later versions. */
  refusesWith = 503;
  /** The PDU answers the daemon no more. */
  isPduDead = false;
  /** Seconds, of each request. */
  readonly delays: (string | null)[] = [];

  protected override obey(_request: IncomingMessage, url: URL): Reply {
    const [, command] = /^\/power\/control\/(on|off|reboot)$/.exec(url.pathname) ?? [];
    if (command === undefined) return { status: 404, body: '404: Not Found' };
    const outlets = this.pdus.get(url.searchParams.get('hostname') ?? '');
    const port = url.searchParams.get('port');
    if (!outlets || port === null) return { status: this.refusesWith, body: 'Invalid request\n' };
    this.delays.push(url.searchParams.get('delay'));
    this.commands += 1;
    if (this.isPduDead) return { status: 500, body: 'Invalid request\n' };
    if (!this.isStuck) outlets.set(port, command !== 'off');
    return { status: 200, body: 'OK - accepted request\n' };
  }
}
