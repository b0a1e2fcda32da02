import type { Clock } from '../base/clock.ts';
import type { Logger } from '../base/logger.ts';
import { LabError, type UsbHub } from '../contract/index.ts';
import type { HubAbilities } from './hubAbilities.ts';
import { readByFile, switchByFile } from './portPower.ts';
import { findMethod, type SwitchMethod } from './switchMethod.ts';
import type { Hub, Socket, SocketHalf } from './topology.ts';
import { readByUhubctl, switchByUhubctl } from './uhubctl.ts';
import { eitherOn } from './usbLook.ts';
import { cannotSwitch } from './usbView.ts';

export interface SwitchOptions {
  readonly method: 'auto' | SwitchMethod;
  readonly signal: AbortSignal;
  /** Called once, right before the command leaves. */
  readonly onSend?: () => void;
}

/** A hub takes a moment to say what it did. */
const readBackTries = 4;
const readBackEveryMs = 50;

/** Switches sockets of hubs and asks for their state. */
export class SocketSwitch {
  readonly #abilities: HubAbilities;
  readonly #clock: Clock;
  readonly #logger: Logger;

  constructor(deps: { abilities: HubAbilities; clock: Clock; logger: Logger }) {
    this.#abilities = deps.abilities;
    this.#clock = deps.clock;
    this.#logger = deps.logger;
  }

  /**
   * Both halves of a USB 3 socket; of a ganged hub all sockets, since none loses its power before all are off (USB 2.0,
   * section 11.11). Rejects with LabError: UNSUPPORTED, PERMISSION_DENIED, MISSING_DEPENDENCY, DEVICE_GONE, TIMEOUT,
   * COMMAND_FAILED (also when the hub took it and did nothing).
   * Resolves with the sockets that were switched.
   */
  async set(
    where: { hub: Hub; socket: Socket; switching: UsbHub['switching'] },
    on: boolean,
    { method, signal, onSend }: SwitchOptions,
  ): Promise<readonly Socket[]> {
    const { hub, socket, switching } = where;
    if (switching === 'none' && method === 'auto')
      throw new LabError('UNSUPPORTED', cannotSwitch, {
        hint: 'Use a hub that switches each port; or choose the method "disable" to try it all the same.',
      });
    const sockets = switching === 'ganged' ? hub.sockets : [socket];
    const halves = sockets.flatMap((one) => ordered(one.halves, on));
    const found = await findMethod(halves, method, this.#abilities);
    if (found.problem) throw found.problem;
    signal.throwIfAborted();
    onSend?.();
    for (const half of halves)
      if (found.method === 'disable') await switchByFile(half, on, signal);
      else await this.#byUhubctl(half, on, { force: switching !== 'per-port', signal });
    await this.#check(socket, on, found.method, signal);
    return sockets;
  }

  /** By the hub's own word; null when it cannot be asked. Rejects with the signal's reason alone. */
  async read(socket: Socket, signal: AbortSignal): Promise<boolean | null> {
    const byFile = await each(socket.halves, readByFile);
    signal.throwIfAborted();
    if (!byFile.includes(null)) return eitherOn(byFile);
    const found = await findMethod(socket.halves, 'uhubctl', this.#abilities);
    if (found.problem) return eitherOn(byFile);
    const asked = await each(socket.halves, (half) => readByUhubctl(half, signal));
    signal.throwIfAborted();
    return eitherOn(asked);
  }

  /** uhubctl 2.5.0 may crash after it switched a port with a hub in it: then what counts is what the port says. */
  async #byUhubctl(
    half: SocketHalf,
    on: boolean,
    options: { force: boolean; signal: AbortSignal },
  ): Promise<void> {
    const { signal } = options;
    try {
      await switchByUhubctl(half, on, options);
    } catch (error) {
      const hasRun = error instanceof LabError && error.code === 'COMMAND_FAILED';
      const ask = async () => (await readByUhubctl(half, signal)) ?? (await readByFile(half));
      if (!hasRun || !(await this.#until(async () => (await ask()) === on, signal))) throw error;
      this.#logger.warn('uhubctl failed after it had switched the port', {
        hub: half.hub.name,
        port: half.port.port,
        on,
        error,
      });
    }
  }

  async #check(socket: Socket, on: boolean, method: SwitchMethod, signal: AbortSignal): Promise<void> {
    const ask = method === 'disable' ? readByFile : (half: SocketHalf) => readByUhubctl(half, signal);
    const isDone = await this.#until(async () => {
      const states = await each(socket.halves, ask);
      // Off means all halves off; on means all on. A port that cannot be asked is not held against the hub.
      return states.every((state) => state === null || state === on);
    }, signal);
    if (isDone) return;
    throw new LabError(
      'COMMAND_FAILED',
      `The hub took the command and did nothing: its port is still ${on ? 'off' : 'on'}`,
      {
        hint: 'This hub cannot switch its ports. Use another way to power the board.',
      },
    );
  }

  /** Whether the hub says so within a moment. */
  async #until(isSo: () => Promise<boolean>, signal: AbortSignal): Promise<boolean> {
    for (let attempt = 1; ; attempt += 1) {
      if (await isSo()) return true;
      if (attempt === readBackTries) return false;
      await this.#clock.sleep(readBackEveryMs, signal);
    }
  }
}

/** Off: USB 2 first, else a USB 3 device comes back on it for a moment. On: the other way round. */
function ordered(halves: readonly SocketHalf[], on: boolean): readonly SocketHalf[] {
  return on ? [...halves].reverse() : halves;
}

async function each<T>(halves: readonly SocketHalf[], ask: (half: SocketHalf) => Promise<T>): Promise<T[]> {
  const answers: T[] = [];
  for (const half of halves) answers.push(await ask(half));
  return answers;
}
