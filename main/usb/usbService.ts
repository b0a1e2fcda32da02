import { readdirSync } from 'node:fs';
import path from 'node:path';
import { isDeepStrictEqual } from 'node:util';
import type { Clock } from '../base/clock.ts';
import { Debounce, type DebounceTimes } from '../base/debounce.ts';
import type { Disposable } from '../base/disposable.ts';
import { Emitter, type Event } from '../base/emitter.ts';
import { KeyedQueue } from '../base/keyedQueue.ts';
import type { Logger } from '../base/logger.ts';
import { UdevMonitor } from '../base/udevMonitor.ts';
import { fail, LabError, type UsbHub, type UsbSocket, type UsbTree } from '../contract/index.ts';
import type { NoticesService } from '../notices/index.ts';
import { HubAbilities, type Indicator } from './hubAbilities.ts';
import { HubNames } from './hubNames.ts';
import { type MachineFolders, readMachineUse } from './machineUse.ts';
import { socketIdOf } from './socketId.ts';
import { SocketSwitch, type SwitchOptions } from './socketSwitch.ts';
import { type Hub, type HubOfSocket, hubOfSocket, type Socket } from './topology.ts';
import { emptyLook, lookAtUsb, type UsbLook, usesOfDevice } from './usbLook.ts';
import { type BoardsBySocket, labelSocket, socketsBehind, viewHubs } from './usbView.ts';

export interface UsbDeps extends Partial<MachineFolders> {
  /** Where the names of hubs are kept. */
  readonly dir: string;
  /** Runs `resources/usb/hub_control.py`. */
  readonly hubControl: readonly [string, ...string[]];
  /** Asked for each tree: boards come and go without the tree changing. */
  readonly boards: () => BoardsBySocket;
  readonly notices: NoticesService;
  readonly clock: Clock;
  readonly logger: Logger;
  readonly devDir?: string;
  readonly debounce?: DebounceTimes;
}

/** What switching a socket off would do, by its hub's word. */
export interface SocketConsequences {
  readonly switching: 'alone' | 'ganged' | 'unknown';
  readonly sockets: readonly string[];
  readonly refuses: string | null;
}

const stormTimes: DebounceTimes = { quietMs: 100, maxWaitMs: 300 };

/** The USB hubs of this machine, live: what is plugged where, and the power of their sockets. */
export class UsbService implements Disposable {
  readonly #deps: UsbDeps;
  readonly #folders: MachineFolders;
  readonly #devDir: string;
  readonly #names: HubNames;
  readonly #abilities: HubAbilities;
  readonly #switch: SocketSwitch;
  readonly #queue = new KeyedQueue<string>();
  readonly #debounce: Debounce;
  readonly #changed = new Emitter<void>();
  /** Fires when the tree differs from what it was, not for every udev event. Boards in it are not watched. */
  readonly onDidChange: Event<void> = this.#changed.event;
  #monitor: UdevMonitor | null = null;
  #look: UsbLook = emptyLook;
  #hubs: readonly UsbHub[] = [];
  #revision = 0;
  #looking: Promise<void> | null = null;
  #next: Promise<void> | null = null;
  #askPorts = false;
  #disposed = false;

  constructor(deps: UsbDeps) {
    this.#deps = deps;
    this.#folders = { sysDir: deps.sysDir ?? '/sys', procDir: deps.procDir ?? '/proc' };
    this.#devDir = deps.devDir ?? '/dev';
    this.#names = new HubNames(deps);
    this.#abilities = new HubAbilities({ program: deps.hubControl, devDir: this.#devDir });
    this.#switch = new SocketSwitch({ ...deps, abilities: this.#abilities });
    this.#debounce = new Debounce(() => void this.#refresh(), deps.debounce ?? stormTimes);
  }

  /** Looks once, then stays live until `dispose`; what hubs say of themselves follows. Never rejects. */
  async start(): Promise<void> {
    await this.#names.load();
    const buses = path.join(this.#devDir, 'bus/usb');
    // Listen before looking, so that nothing can come between. Disks and networks come after their USB device.
    this.#monitor = new UdevMonitor({
      subsystems: ['usb', 'block', 'net'],
      watched: { folders: foldersIn(buses), names: /^\d+$/ },
      onEvent: (about) => {
        if (about.length === 0 || about.includes('usb')) this.#askPorts = true;
        this.#debounce.trigger();
      },
      logger: this.#deps.logger,
    });
    this.#looking = this.#lookOnce().finally(() => {
      this.#looking = null;
    });
    await this.#looking;
    void this.refresh();
  }

  tree(): UsbTree {
    return { revision: this.#revision, hubs: viewHubs(this.#look, this.#names, this.#deps.boards()) };
  }

  /** Grows with every change. */
  get revision(): number {
    return this.#revision;
  }

  /** Looks now; resolves when the tree is as fresh as this call, with what hubs say of themselves. Never rejects. */
  refresh(): Promise<void> {
    this.#askPorts = true;
    return this.#refresh();
  }

  /** As of the last look, without its boards; null when no hub there has such a socket now. */
  socket(socketId: string): UsbSocket | null {
    const socket = this.#look.topology.sockets.get(socketId);
    const hub = socket && this.#hubs.find((one) => one.hubId === socket.hubId);
    return hub?.sockets.find((one) => one.socketId === socketId) ?? null;
  }

  /** The socket a device, or what is below it in sysfs, is plugged into: `socketIdOf`, with USB 3 halves seen as one. */
  socketOf(sysfsFolder: string): string | null {
    const plain = socketIdOf(sysfsFolder);
    const name = sysfsFolder.split('/').findLast((part) => /^\d+-\d+(\.\d+)*$/.test(part));
    return plain === null || name === undefined ? null : (this.#look.topology.socketOf.get(name) ?? plain);
  }

  /** null while the hub is not plugged in. */
  hubOf(socketId: string): HubOfSocket | null {
    const found = this.#find(socketId);
    return found && hubOfSocket(found.hub);
  }

  /** `desk hub, port 3`; also of a socket whose hub is unplugged. */
  labelOf(socketId: string): string {
    const found = this.#find(socketId);
    if (found) {
      const { hub, socket } = found;
      return labelSocket(this.#look, hub, socket, this.#names.get(hub.hubId, hub.halves[0]));
    }
    const [, prefix, above, port] = /^(.*-usb(?:v3)?-0:)(?:([\d.]+)\.)?(\d+)$/.exec(socketId) ?? [];
    if (port === undefined) return `USB socket ${socketId}`;
    if (above === undefined) return `USB port ${port} of this computer`;
    return `${this.#names.get(`${prefix}${above}`, null) ?? `the hub in port ${above}`}, port ${port}`;
  }

  /** null forgets the name. Rejects with LabError NOT_FOUND (no such hub is plugged in), DISK_FULL, ... */
  async nameHub(hubId: string, name: string | null): Promise<UsbTree> {
    const hub =
      this.#look.topology.hubs.find((one) => one.hubId === hubId) ??
      fail('NOT_FOUND', `No USB hub ${hubId} is plugged in`, 'Plug it in, then name it.');
    await this.#names.set(hubId, hub.halves[0], name);
    this.#publish();
    return this.tree();
  }

  /** Whether the hub can say if the socket has power; true while the hub is not there to tell. */
  canAsk(socketId: string): boolean {
    const found = this.#find(socketId);
    return !found || this.#look.readable.has(found.hub.hubId);
  }

  /** Asks the hub now; null: it is not there or cannot be asked. By its own word, which may repeat a lie. */
  async isPowered(socketId: string, signal: AbortSignal): Promise<boolean | null> {
    const found = this.#find(socketId);
    return found ? await this.#switch.read(found.socket, signal) : null;
  }

  /**
   * Switches a socket, of a ganged hub all of its sockets. Commands to one hub run one after another. Rejects with
   * LabError: DEVICE_GONE (the hub), UNSUPPORTED, PERMISSION_DENIED, MISSING_DEPENDENCY, TIMEOUT, COMMAND_FAILED.
   */
  async switchSocket(socketId: string, on: boolean, options: SwitchOptions): Promise<void> {
    const { hub } = this.#require(socketId);
    await this.#queue.run(hub.hubId, async (closing) => {
      const signal = AbortSignal.any([options.signal, closing]);
      signal.throwIfAborted();
      const now = this.#require(socketId);
      const switching = this.#look.abilities.get(now.hub.hubId)?.switching ?? 'unknown';
      try {
        const switched = await this.#switch.set({ ...now, switching }, on, { ...options, signal });
        this.#notePower(switched, on);
      } finally {
        // What was plugged in leaves or comes back in its own time, and is told by udev or seen by this look.
        this.#askPorts = true;
        if (!this.#disposed) this.#debounce.trigger();
      }
    });
  }

  /** The light at a socket. Rejects with LabError: DEVICE_GONE, UNSUPPORTED (no lights), PERMISSION_DENIED, ... */
  async setIndicator(socketId: string, indicator: Indicator, signal: AbortSignal): Promise<void> {
    const { socket } = this.#require(socketId);
    const half =
      socket.halves.find((one) => this.#abilities.get(one.hub).indicators) ??
      fail('UNSUPPORTED', `${this.labelOf(socketId)} has no light that can be set`);
    await this.#abilities.indicate(half.hub, half.port.port, indicator, signal);
  }

  /** What loses its power with this socket, and why it should not: mounts and routes are looked at anew. */
  consequences(socketId: string): SocketConsequences {
    const found = this.#find(socketId);
    if (!found) return { switching: 'unknown', sockets: [socketId], refuses: null };
    const { switching } = this.#look.abilities.get(found.hub.hubId) ?? { switching: 'unknown' };
    const cut = switching === 'ganged' ? found.hub.sockets.map((socket) => socket.socketId) : [socketId];
    const sockets = [...new Set(cut.flatMap((one) => socketsBehind(this.#look, one)))];
    const machine = readMachineUse(this.#folders);
    const reasons = sockets.flatMap((one) =>
      (this.#look.topology.sockets.get(one)?.devices ?? []).flatMap((device) =>
        usesOfDevice(this.#look, device, machine).flatMap(({ why }) =>
          why === null ? [] : [`${why} hangs on ${this.labelOf(one)}`],
        ),
      ),
    );
    return {
      switching: switching === 'per-port' ? 'alone' : switching === 'ganged' ? 'ganged' : 'unknown',
      sockets,
      refuses: reasons.length > 0 ? [...new Set(reasons)].join('; ') : null,
    };
  }

  dispose(): void {
    this.#disposed = true;
    this.#monitor?.dispose();
    this.#debounce.dispose();
    this.#changed.dispose();
    void this.#queue.close(new LabError('INTERRUPTED', 'Labdeck is closing'));
  }

  #find(socketId: string): { hub: Hub; socket: Socket } | null {
    const { sockets, hubs } = this.#look.topology;
    const socket = sockets.get(socketId);
    const hub = socket && hubs.find((one) => one.hubId === socket.hubId);
    return socket && hub ? { hub, socket } : null;
  }

  #require(socketId: string): { hub: Hub; socket: Socket } {
    return (
      this.#find(socketId) ??
      fail('DEVICE_GONE', `The hub of ${this.labelOf(socketId)} is not plugged in`, 'Plug the hub in.')
    );
  }

  #notePower(sockets: readonly Socket[], on: boolean): void {
    const powered = new Map(this.#look.powered);
    for (const { socketId } of sockets) powered.set(socketId, on);
    this.#look = { ...this.#look, powered };
    this.#publish();
  }

  #refresh(): Promise<void> {
    if (this.#looking) {
      // The look under way may have passed what changed since: all who ask meanwhile share the next one.
      this.#next ??= this.#looking.then(() => {
        this.#next = null;
        return this.#refresh();
      });
      return this.#next;
    }
    this.#looking = this.#lookAndAsk().finally(() => {
      this.#looking = null;
    });
    return this.#looking;
  }

  async #lookAndAsk(): Promise<void> {
    await this.#lookOnce();
    const hubs = this.#look.topology.hubs.flatMap((hub) => hub.halves);
    if (!(await this.#abilities.ask(hubs)) || this.#disposed) return;
    this.#askPorts = true;
    await this.#lookOnce();
  }

  async #lookOnce(): Promise<void> {
    const askPorts = this.#askPorts;
    this.#askPorts = false;
    const deps = { folders: this.#folders, abilities: this.#abilities };
    const look = await lookAtUsb(deps, this.#look, askPorts);
    if (this.#disposed) return;
    this.#look = look;
    this.#publish();
  }

  #publish(): void {
    const hubs = viewHubs(this.#look, this.#names, new Map());
    if (isDeepStrictEqual(hubs, this.#hubs)) return;
    this.#hubs = hubs;
    this.#revision += 1;
    this.#changed.fire();
  }
}

function foldersIn(folder: string): string[] {
  try {
    return readdirSync(folder).map((name) => path.join(folder, name));
  } catch {
    return [];
  }
}
