import { randomUUID } from 'node:crypto';
import { createServer, type Server, type Socket } from 'node:net';
import type { Logger } from '../../base/logger.ts';
import { Connection, type ConnectionDeps } from './connection.ts';
import { RawDialect } from './dialect.ts';
import type { SharingLimits } from './limits.ts';
import { listenOnPath, listenOnPort } from './listen.ts';
import { notice } from './notice.ts';
import type { SharedConsole } from './sharedConsole.ts';
import { TelnetDialect } from './telnetDialect.ts';
import type { TokenAttempts } from './tokenAttempts.ts';

const keepAliveAfterMs = 30_000;

export type DoorKind = 'unix' | 'telnet' | 'tcp';

export type DoorPlace =
  | { readonly kind: 'unix'; readonly path: string }
  | { readonly kind: 'telnet' | 'tcp'; readonly address: string; readonly port: number };

export interface DoorDeps {
  readonly consoleId: string;
  readonly console: SharedConsole;
  readonly token: string | null;
  readonly attempts: TokenAttempts;
  readonly limits: SharingLimits;
  readonly logger: Logger;
  /** Somebody came in or went; `leftId`: the client that went. */
  readonly onDidChange: (leftId: string | null) => void;
}

/** One way into a console: a listening socket and who came through it. */
export class Door {
  /** Read anew for every byte that is typed. */
  readOnly: boolean;
  readonly token: string | null;
  readonly #deps: DoorDeps;
  readonly #server: Server;
  readonly #sockets = new Set<Socket>();
  readonly #entered = new Set<Connection>();
  /** Who has yet to give the token, and from where; in the order they came. */
  readonly #strangers = new Map<Connection, string>();
  #place: DoorPlace;
  #count = 0;

  private constructor(deps: DoorDeps, place: DoorPlace, readOnly: boolean) {
    this.#deps = deps;
    this.token = deps.token;
    this.#place = place;
    this.readOnly = readOnly;
    this.#server = createServer(
      // A script that has sent its command and closes its side still gets the answer.
      { allowHalfOpen: true, noDelay: true, keepAlive: true, keepAliveInitialDelay: keepAliveAfterMs },
      (socket) => this.#accept(socket),
    );
    this.#server.on('error', (error) => deps.logger.warn('a door failed', { kind: place.kind, error }));
  }

  /** Rejects with LabError CONFLICT, PERMISSION_DENIED or BAD_REQUEST (see listen.ts). */
  static async open(deps: DoorDeps, place: DoorPlace, readOnly: boolean): Promise<Door> {
    const door = new Door(deps, place, readOnly);
    if (place.kind === 'unix') await listenOnPath(door.#server, place.path);
    else {
      const port = await listenOnPort(door.#server, place.address, place.port, place.kind);
      door.#place = { ...place, port };
    }
    deps.logger.info('shared', { ...door.#place, readOnly });
    return door;
  }

  /** Where it really is: with the real port. */
  get place(): DoorPlace {
    return this.#place;
  }

  /** Who is in; who has still to give the token is not. */
  get clients(): readonly Connection[] {
    return [...this.#entered];
  }

  /** Resolves once nothing listens any more; those inside are told and have a moment to read it. */
  async close(reason: string): Promise<void> {
    const closed = new Promise<void>((resolve) => this.#server.close(() => resolve()));
    for (const connection of [...this.#strangers.keys(), ...this.#entered]) connection.end(reason);
    // The server is closed with its last socket: who does not read the farewell is not waited for.
    const insist = setTimeout(() => {
      for (const socket of this.#sockets) socket.destroy();
    }, this.#deps.limits.closeWithinMs);
    await closed;
    clearTimeout(insist);
  }

  #accept(socket: Socket): void {
    const { attempts, limits, logger } = this.#deps;
    this.#sockets.add(socket);
    socket.once('close', () => this.#sockets.delete(socket));
    const address = socket.remoteAddress ?? 'local';
    const refusal =
      this.#entered.size >= limits.clientsPerDoor
        ? `${limits.clientsPerDoor} clients are here already`
        : this.token !== null && attempts.isBlocked(address)
          ? 'too many wrong tokens; try again in a minute'
          : null;
    if (refusal !== null) {
      logger.info('a client is turned away', { address, reason: refusal });
      turnAway(socket, refusal);
      return;
    }
    const connection: Connection = new Connection({
      ...this.#connectionDeps(socket),
      onEntered: () => {
        this.#strangers.delete(connection);
        this.#entered.add(connection);
        this.#deps.onDidChange(null);
      },
      onWrongToken: () => attempts.failed(address),
      onLeft: () => {
        this.#strangers.delete(connection);
        if (this.#entered.delete(connection)) this.#deps.onDidChange(connection.client.clientId);
      },
    });
    if (this.token !== null) this.#makeRoom(address);
    this.#strangers.set(connection, address);
    connection.start();
  }

  /** For one more stranger: those who only wait must not keep out who has the token. */
  #makeRoom(address: string): void {
    const { strangersPerDoor, strangersPerAddress } = this.#deps.limits;
    const all = [...this.#strangers.keys()];
    const fromThere = all.filter((connection) => this.#strangers.get(connection) === address);
    const first =
      fromThere.length >= strangersPerAddress ? fromThere[0] : all.length >= strangersPerDoor ? all[0] : null;
    first?.end('too many wait to be let in');
  }

  #connectionDeps(socket: Socket): Omit<ConnectionDeps, 'onEntered' | 'onWrongToken' | 'onLeft'> {
    const { consoleId, console, limits, logger } = this.#deps;
    const { kind } = this.#place;
    this.#count += 1;
    const from = kind === 'unix' ? `unix socket #${this.#count}` : `${kind} ${peerName(socket)}`;
    return {
      socket,
      client: { clientId: randomUUID(), who: from },
      console,
      consoleId,
      token: this.token,
      isReadOnly: () => this.readOnly,
      makeDialect: (host) =>
        kind === 'telnet' ? new TelnetDialect(host, `Labdeck ${consoleId}`) : new RawDialect(host),
      limits,
      logger,
    };
  }
}

function peerName(socket: Socket): string {
  const address = socket.remoteAddress ?? 'unknown';
  return address.includes(':') ? `[${address}]:${socket.remotePort}` : `${address}:${socket.remotePort}`;
}

/** Without a word that could wait for ever. */
function turnAway(socket: Socket, reason: string): void {
  socket.on('error', () => {});
  socket.end(notice(reason), () => socket.destroy());
  socket.setTimeout(1_000, () => socket.destroy());
  socket.resume();
}
