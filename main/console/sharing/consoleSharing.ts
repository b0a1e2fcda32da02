import { Emitter } from '../../base/emitter.ts';
import { KeyedQueue } from '../../base/keyedQueue.ts';
import type { Logger } from '../../base/logger.ts';
import { isLoopback, type NetworkShare, type Sharing, type SharingState } from '../../contract/index.ts';
import { LabError } from '../../contract/labError.ts';
import { Door, type DoorKind, type DoorPlace } from './door.ts';
import { defaultLimits, type SharingLimits } from './limits.ts';
import type { SharedConsole } from './sharedConsole.ts';
import { TokenAttempts } from './tokenAttempts.ts';

export interface ConsoleSharingDeps {
  readonly consoleId: string;
  /** Where the unix socket is to be; at most 107 bytes. */
  readonly socketPath: string;
  readonly console: SharedConsole;
  readonly monotonicMs: () => number;
  readonly logger: Logger;
  readonly limits?: Partial<SharingLimits>;
}

const kinds: readonly DoorKind[] = ['unix', 'telnet', 'tcp'];

/** The doors of one console beside the window, and who came through them. */
export class ConsoleSharing {
  readonly #deps: ConsoleSharingDeps;
  readonly #limits: SharingLimits;
  readonly #attempts: TokenAttempts;
  readonly #doors = new Map<DoorKind, Door>();
  readonly #problems = new Map<DoorKind, LabError>();
  readonly #queue = new KeyedQueue<string>();
  readonly #changed = new Emitter<void>();
  readonly #left = new Emitter<string>();
  #pace: NodeJS.Timeout | null = null;
  /** A door opened, closed or could not be, or a client came or went. */
  readonly onDidChange = this.#changed.event;
  /** The clientId of one who went. */
  readonly onDidLeave = this.#left.event;

  constructor(deps: ConsoleSharingDeps) {
    this.#deps = deps;
    this.#limits = { ...defaultLimits, ...deps.limits };
    this.#attempts = new TokenAttempts(deps.monotonicMs);
  }

  get state(): SharingState {
    const [problem] = this.#problems.values();
    const unix = this.#doors.get('unix');
    return {
      unix: unix?.place.kind === 'unix' ? { path: unix.place.path, readOnly: unix.readOnly } : null,
      telnet: networkState(this.#doors.get('telnet')),
      tcp: networkState(this.#doors.get('tcp')),
      clients: [...this.#doors.values()].flatMap((door) =>
        door.clients.map(({ client }) => ({ ...client, readOnly: door.readOnly })),
      ),
      problem: problem ? problem.message : null,
    };
  }

  /**
   * Makes the doors what `sharing` says. One that stays where it is keeps its clients; one that moves or gets
   * another token is a new one. Rejects with the first door's LabError CONFLICT (port taken), PERMISSION_DENIED or
   * BAD_REQUEST; the other doors are as wanted then, and a door that could not move is where it was.
   */
  apply(sharing: Sharing): Promise<SharingState> {
    return this.#queue.run('apply', async () => {
      const problems: LabError[] = [];
      for (const kind of kinds) {
        const problem = await this.#applyDoor(kind, sharing);
        if (problem) problems.push(problem);
      }
      this.#checkPace();
      this.#changed.fire();
      if (problems[0]) throw problems[0];
      return this.state;
    });
  }

  /** Says one line to the people on telnet. */
  tell(text: string, exceptClientId?: string): void {
    for (const door of this.#doors.values())
      for (const connection of door.clients)
        if (connection.client.clientId !== exceptClientId) connection.tell(text);
  }

  /** Closes every door; the clients are told. */
  async close(): Promise<void> {
    await this.#queue.close(new LabError('DEVICE_GONE', 'The console is closed'));
    if (this.#pace) clearInterval(this.#pace);
    await Promise.all(kinds.map((kind) => this.#closeDoor(kind, 'the console is closed')));
  }

  async #applyDoor(kind: DoorKind, sharing: Sharing): Promise<LabError | null> {
    const wish = sharing[kind];
    const now = this.#doors.get(kind);
    this.#problems.delete(kind);
    if (!wish) {
      await this.#closeDoor(kind, 'this door is closed now');
      return null;
    }
    const place = this.#placeFor(kind, sharing);
    const token = kind === 'unix' ? null : (sharing[kind]?.token ?? null);
    if (now && isSamePlace(now.place, place) && now.token === token) {
      now.readOnly = wish.readOnly;
      return null;
    }
    try {
      // The same port can only be had once the old door has let go of it; any other is tried first.
      if (now && isSamePort(now.place, place)) await this.#closeDoor(kind, 'this door is opened anew');
      const opened = await this.#open(place, token, wish.readOnly);
      await this.#closeDoor(kind, 'this door has moved');
      this.#doors.set(kind, opened);
      return null;
    } catch (error) {
      if (!(error instanceof LabError)) throw error;
      this.#deps.logger.warn('a door could not be opened', { kind, reason: error.message });
      if (!this.#doors.has(kind)) this.#problems.set(kind, error);
      return error;
    }
  }

  #open(place: DoorPlace, token: string | null, readOnly: boolean): Promise<Door> {
    const { consoleId, console, logger } = this.#deps;
    return Door.open(
      {
        consoleId,
        console,
        token,
        attempts: this.#attempts,
        limits: this.#limits,
        logger,
        onDidChange: (leftId) => {
          if (leftId !== null) this.#left.fire(leftId);
          this.#changed.fire();
        },
      },
      place,
      readOnly,
    );
  }

  /** Port 0 is the port it has, where it has one: "any" was answered once. */
  #placeFor(kind: DoorKind, sharing: Sharing): DoorPlace {
    if (kind === 'unix') return { kind, path: this.#deps.socketPath };
    const { address, port } = sharing[kind] as NetworkShare;
    const now = this.#doors.get(kind)?.place;
    const kept = now?.kind === kind && now.address === address ? now.port : 0;
    return { kind, address, port: port === 0 ? kept : port };
  }

  async #closeDoor(kind: DoorKind, reason: string): Promise<void> {
    const door = this.#doors.get(kind);
    if (!door) return;
    this.#doors.delete(kind);
    await door.close(reason);
  }

  /** Looks after slow clients while there is a door. */
  #checkPace(): void {
    if (this.#doors.size === 0) {
      if (this.#pace) clearInterval(this.#pace);
      this.#pace = null;
      return;
    }
    this.#pace ??= setInterval(() => {
      for (const door of this.#doors.values()) for (const connection of door.clients) connection.checkPace();
    }, this.#limits.checkEveryMs);
    this.#pace.unref();
  }
}

function networkState(door: Door | undefined): SharingState['telnet'] {
  if (!door || door.place.kind === 'unix') return null;
  const { address, port } = door.place;
  return {
    port,
    address,
    readOnly: door.readOnly,
    withToken: door.token !== null,
    exposed: !isLoopback(address),
  };
}

function isSamePort(a: DoorPlace, b: DoorPlace): boolean {
  return a.kind === 'unix' || b.kind === 'unix' ? a.kind === b.kind : a.port === b.port;
}

function isSamePlace(a: DoorPlace, b: DoorPlace): boolean {
  if (a.kind === 'unix' || b.kind === 'unix') return a.kind === b.kind;
  return a.kind === b.kind && a.address === b.address && a.port === b.port;
}
