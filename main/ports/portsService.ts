import { realpathSync, statSync } from 'node:fs';
import { isDeepStrictEqual } from 'node:util';
import { Debounce, type DebounceTimes } from '../base/debounce.ts';
import type { Disposable } from '../base/disposable.ts';
import { Emitter, type Event } from '../base/emitter.ts';
import { messageOf } from '../base/errno.ts';
import type { Logger } from '../base/logger.ts';
import { UdevMonitor } from '../base/udevMonitor.ts';
import { LabError, type PortMatch } from '../contract/index.ts';
import { DeviceHolders, type Holder } from './deviceHolders.ts';
import {
  type DetectedPort,
  type EnumerateOptions,
  type Enumeration,
  enumeratePorts,
  serialNode,
} from './enumeratePorts.ts';
import { type Matched, matchPort, movedCandidates } from './matchPort.ts';
import { nodeNow } from './nodeNow.ts';
import { checkAccess, currentIdentity } from './portAccess.ts';
import { missingError, type SocketLabel } from './portWords.ts';
import { identityOf } from './suggestMatch.ts';
import { UsbDevices } from './usbDevices.ts';

/** A node to open now, and the port it is where the machine lists it (a pty is no listed port). */
export interface ResolvedPort {
  readonly device: string;
  readonly port: DetectedPort | null;
}

export interface PortsDeps extends Partial<EnumerateOptions> {
  readonly logger: Logger;
  readonly debounce?: DebounceTimes;
  /** What a USB socket is called. */
  readonly plugged?: SocketLabel;
  /** Every match that boards use: whose a clone is depends on who else wants one. */
  readonly bound?: () => readonly PortMatch[];
}

/** After a look that udev was too slow for. */
const lookAgainMs = 2000;
const stormTimes: DebounceTimes = { quietMs: 100, maxWaitMs: 300 };

/** The serial ports of this machine, live. */
export class PortsService implements Disposable {
  readonly #logger: Logger;
  readonly #holders = new DeviceHolders();
  readonly #options: EnumerateOptions;
  readonly #plugged: SocketLabel;
  readonly #bound: () => readonly PortMatch[];
  readonly #debounce: Debounce;
  readonly #changed = new Emitter<void>();
  /** Fires when the list differs from what it was, not for every udev event. */
  readonly onDidChange: Event<void> = this.#changed.event;
  #hotplug: UdevMonitor | null = null;
  #ports: readonly DetectedPort[] = [];
  #revision = 0;
  #looking: Promise<void> | null = null;
  #next: Promise<void> | null = null;
  #again: NodeJS.Timeout | undefined;
  #disposed = false;

  constructor(deps: PortsDeps) {
    this.#logger = deps.logger;
    this.#options = {
      devDir: deps.devDir ?? '/dev',
      sysDir: deps.sysDir ?? '/sys',
      devices: deps.devices ?? new UsbDevices(),
      ...(deps.identity ? { identity: deps.identity } : {}),
    };
    this.#plugged = deps.plugged ?? (() => null);
    this.#bound = deps.bound ?? (() => []);
    this.#debounce = new Debounce(() => void this.refresh(), deps.debounce ?? stormTimes);
  }

  /** Looks once, then stays live until `dispose`. Never rejects: a machine without udev has its /dev. */
  async start(): Promise<void> {
    // Listen before looking, so that nothing can come between.
    this.#hotplug = new UdevMonitor({
      subsystems: ['tty'],
      watched: { folders: [this.#options.devDir], names: serialNode },
      onEvent: () => this.#debounce.trigger(),
      logger: this.#logger,
    });
    await this.refresh();
  }

  list(): DetectedPort[] {
    return [...this.#ports];
  }

  /** Grows with every change of the list. */
  get revision(): number {
    return this.#revision;
  }

  /** Looks now; resolves when the list is as fresh as this call. Never rejects. */
  refresh(): Promise<void> {
    if (this.#looking) {
      // The look under way may have passed what changed since: all who ask meanwhile share the next one.
      this.#next ??= this.#looking.then(() => {
        this.#next = null;
        return this.refresh();
      });
      return this.#next;
    }
    this.#looking = this.#look().finally(() => {
      this.#looking = null;
    });
    return this.#looking;
  }

  /** What the socket of a port is called: `desk hub, port 3`; null for what is no USB device. */
  readonly labelOf: SocketLabel = (socketId) => this.#plugged(socketId);

  /**
   * Finds the port by its identity. Null when it is not plugged, when something else is in its socket, and when
   * nothing decides between clones: opening either could reach the wrong board. `locate` says which it was.
   */
  resolve(match: PortMatch): ResolvedPort | null {
    if (match.by === 'device') return this.#resolveDevice(match.value);
    const matched = matchPort(match, this.#ports, this.#bound());
    if (matched.is !== 'found') return null;
    // After a hub was cycled the kernel deals the numbers anew, and the list is up to half a second behind.
    const device = nodeNow(matched.port, this.#options);
    return device === null ? null : { device, port: { ...matched.port, device } };
  }

  /** Like `resolve`, but throws LabError DEVICE_GONE, or CONFLICT where several ports meet the match. */
  locate(match: PortMatch): ResolvedPort {
    const found = this.resolve(match);
    if (found) return found;
    const matched: Matched =
      match.by === 'device' ? { is: 'gone' } : matchPort(match, this.#ports, this.#bound());
    throw missingError(
      match,
      matched.is === 'found' ? { is: 'gone' } : matched,
      this.movedCandidates(match),
      this.labelOf,
    );
  }

  /** The listed port that `match` means, by the list alone; null as in `resolve`, and for a pty. */
  portOf(match: PortMatch): DetectedPort | null {
    if (match.by === 'device') return this.#resolveDevice(match.value)?.port ?? null;
    const matched = matchPort(match, this.#ports, this.#bound());
    return matched.is === 'found' ? matched.port : null;
  }

  /** Where a device without a serial number may have been moved to: for people to say, never taken by itself. */
  movedCandidates(match: PortMatch): DetectedPort[] {
    return movedCandidates(match, this.#ports, this.#bound());
  }

  /** `match` with who is in its socket now, where it did not say who must be; else `match` itself. */
  complete(match: PortMatch): PortMatch {
    if ((match.by !== 'socket' && match.by !== 'path') || match.occupant !== undefined) return match;
    const port = this.portOf(match);
    const occupant = port && identityOf(port);
    return occupant ? { ...match, occupant } : match;
  }

  /** Other processes that have `device` open; best effort, for people to read. */
  holders(device: string): Promise<Holder[]> {
    return this.#holders.find(device);
  }

  /**
   * Why `device` could not be opened, found by looking at it rather than by reading the error's text:
   * DEVICE_GONE, PERMISSION_DENIED (with the group to join), DEVICE_BUSY (with pid and command), else COMMAND_FAILED.
   */
  async explainOpenFailure(device: string, cause: unknown): Promise<LabError> {
    const options = { cause };
    if (!nodeExists(device))
      return new LabError('DEVICE_GONE', `${device} was unplugged`, { hint: 'Plug it in again.' }, options);
    const access = await checkAccess(device, await (this.#options.identity ?? currentIdentity)());
    if (!access.ok) return new LabError('PERMISSION_DENIED', access.reason, { hint: access.hint }, options);
    const [holder, ...others] = await this.holders(device);
    if (holder)
      return new LabError(
        'DEVICE_BUSY',
        `${device} is in use by ${holder.command} (pid ${holder.pid})`,
        { hint: 'Close that program, then try again.', details: { holders: [holder, ...others] } },
        options,
      );
    return new LabError(
      'COMMAND_FAILED',
      `${device} could not be opened: ${messageOf(cause)}`,
      { hint: 'Another program may hold it, or the device hangs: replug it and try again.' },
      options,
    );
  }

  dispose(): void {
    this.#disposed = true;
    this.#hotplug?.dispose();
    this.#debounce.dispose();
    clearTimeout(this.#again);
    this.#changed.dispose();
  }

  async #look(): Promise<void> {
    clearTimeout(this.#again);
    let found: Enumeration;
    try {
      found = await enumeratePorts(this.#options);
    } catch (error) {
      this.#logger.warn('serial ports could not be listed', { error });
      return;
    }
    if (this.#disposed) return;
    // No event need come any more: what is not known yet has to be asked for.
    if (!found.isWhole) this.#again = setTimeout(() => void this.refresh(), lookAgainMs).unref();
    if (isDeepStrictEqual(found.ports, this.#ports)) return;
    this.#ports = found.ports;
    this.#revision += 1;
    this.#changed.fire();
  }

  #resolveDevice(file: string): ResolvedPort | null {
    try {
      const device = realpathSync(file);
      if (!statSync(device).isCharacterDevice()) return null;
      return { device, port: this.#ports.find((port) => port.device === device) ?? null };
    } catch {
      return null;
    }
  }
}

function nodeExists(device: string): boolean {
  try {
    return statSync(device).isCharacterDevice();
  } catch {
    return false;
  }
}
