import type { Clock } from '../../base/clock.ts';
import { errnoOf, messageOf } from '../../base/errno.ts';
import {
  type CablePower,
  fail,
  LabError,
  type Leds,
  type PowerState,
  type SwitchState,
} from '../../contract/index.ts';
import { matchKey, type PortsService } from '../../ports/index.ts';
import type { OutletMemory, OutletRecord } from '../outletMemory.ts';
import type { OnSend, PowerDriver } from '../powerDriver.ts';
import { type CableDialect, dialectName, encodeCable } from './cableByte.ts';
import { type CableLine, openCableLine } from './cableLine.ts';

const deadlineMs = 2000;
const brokenOff = 'The last power command broke off on its way';
const goneErrnos = new Set(['EIO', 'ENXIO', 'ENODEV', 'EBADF', 'EPIPE']);

/**
 * The ACM power cable (docs/protocols.md): one byte carries power and three LEDs, and nothing can be read back.
 * Its port is found by identity at each command, opened, written, drained and closed; nothing is written at any
 * other time, so a restart of Labdeck never moves a relay.
 *
 * A command is remembered in two steps, because neither single order survives a crash in between: written first,
 * the file would hold the old power bit and the next LED command would undo the switch; remembered first, the
 * next LED command would carry out a switch that never happened. So the intent goes to disk first, then the byte
 * leaves, then the intent becomes what is commanded. An intent found at start-up is doubt: power is then only
 * changed by a power command, and an LED command is refused until one was given.
 */
export class AcmCable implements PowerDriver {
  readonly kind = 'acm-cable';
  readonly can = { readBack: false, meter: false, leds: 3, askEveryMs: null } as const;
  readonly #match: CablePower['match'];
  readonly #dialect: CableDialect;
  readonly #ports: PortsService;
  readonly #memory: OutletMemory;
  readonly #clock: Clock;
  readonly #identity: string;
  #record: OutletRecord;
  #doubt: string | null = null;

  constructor(binding: CablePower, deps: { ports: PortsService; memory: OutletMemory; clock: Clock }) {
    this.#match = binding.match;
    this.#dialect = binding;
    this.#ports = deps.ports;
    this.#memory = deps.memory;
    this.#clock = deps.clock;
    this.#identity = matchKey(binding.match);
    this.#record = this.#recall();
  }

  get label(): string {
    const device = this.#ports.resolve(this.#match)?.device;
    return device === undefined ? 'power cable' : `power cable at ${device}`;
  }

  get commanded(): { state: SwitchState | null; atMs: number | null; leds: Leds } {
    return { state: this.#record.state, atMs: this.#record.atMs, leds: this.#record.leds };
  }

  get doubt(): string | null {
    return this.#doubt;
  }

  async set(state: SwitchState, signal: AbortSignal, onSend?: OnSend): Promise<void> {
    this.#refresh();
    await this.#command({ state, leds: this.#record.leds, atMs: this.#clock.nowMs() }, signal, onSend);
  }

  /** Also rejects with CONFLICT while it is not known which power bit must stay. */
  async setLed(led: number, on: boolean, signal: AbortSignal, onSend?: OnSend): Promise<void> {
    if (led < 1 || led > this.can.leds) fail('BAD_REQUEST', `The cable has LEDs 1 to ${this.can.leds}`);
    this.#refresh();
    const next = this.#record.leds.map((lit, index) => (index === led - 1 ? on : lit)) as Leds;
    await this.#light(next, signal, onSend);
  }

  /** Rejects as `setLed`. */
  async setLeds(leds: Leds, signal: AbortSignal, onSend?: OnSend): Promise<void> {
    this.#refresh();
    await this.#light([...leds], signal, onSend);
  }

  async #light(leds: Leds, signal: AbortSignal, onSend?: OnSend): Promise<void> {
    const { state, atMs } = this.#record;
    if (state === null || this.#doubt !== null)
      fail(
        'CONFLICT',
        `${this.#doubt ?? 'Labdeck has not switched this cable yet'}: the byte for an LED carries power too, and the cable cannot tell what it holds`,
        'Switch power on or off once; then the LEDs can be set.',
      );
    await this.#command({ state, leds, atMs }, signal, onSend);
  }

  /** The cable cannot be asked. */
  async read(): Promise<PowerState> {
    return 'unknown';
  }

  /** Another board may have had the cable since, or have it now: what it was last told stands in the memory. */
  #refresh(): void {
    this.#doubt = null;
    this.#record = this.#recall();
  }

  #recall(): OutletRecord {
    const dialect = dialectName(this.#dialect);
    const kept = this.#memory.get(this.#identity);
    // In another dialect the same byte meant something else: it says nothing about power now.
    if (kept?.dialect !== dialect)
      return { dialect, state: null, atMs: null, leds: [false, false, false], intent: null };
    if (kept.intent === null) return kept;
    // Of LEDs the last wish is as good a guess as the one before; of power nothing is guessed.
    if (kept.intent.state === kept.state) return { ...kept, leds: kept.intent.leds, intent: null };
    this.#doubt = brokenOff;
    return kept;
  }

  async #command(to: Pick<OutletRecord, 'state' | 'leds' | 'atMs'>, signal: AbortSignal, onSend?: OnSend) {
    const { device } = this.#ports.locate(this.#match);
    const text = encodeCable({ power: to.state === 'on', leds: to.leds }, this.#dialect);
    const line = await this.#open(device, signal);
    const before = this.#record;
    const intent = { state: to.state, leds: to.leds };
    const movesPower = to.state !== before.state;
    let left = false;
    try {
      // LEDs alone leave the power bit as it is: a crash in between costs a light, no doubt, and blinking no disk.
      if (movesPower) await this.#memory.put(this.#identity, { ...before, intent });
      signal.throwIfAborted();
      left = true;
      onSend?.(`'${text.trimEnd()}' to ${device}`);
      await line.send(text, withDeadline(signal));
    } catch (error) {
      if (left && movesPower) {
        // The byte may have left before the line broke, so what is on disk stays: the intent, as a doubt.
        this.#record = { ...before, intent };
        this.#doubt = brokenOff;
      } else if (movesPower) await this.#memory.put(this.#identity, before);
      throw this.#explainBrokenSend(error, device, signal);
    } finally {
      await line.close();
    }
    this.#record = { ...before, ...to, intent: null };
    this.#doubt = null;
    await this.#memory.put(this.#identity, this.#record);
  }

  async #open(device: string, signal: AbortSignal): Promise<CableLine> {
    const bounded = withDeadline(signal);
    try {
      return await openCableLine(device, bounded);
    } catch (error) {
      if (bounded.aborted) throw abortReason(signal, device);
      throw await this.#ports.explainOpenFailure(device, error);
    }
  }

  #explainBrokenSend(error: unknown, device: string, signal: AbortSignal): unknown {
    if (signal.aborted || isTimeout(error)) return abortReason(signal, device);
    // Not every layer passes the errno on, but a node that is gone says the same.
    if (goneErrnos.has(errnoOf(error) ?? '') || this.#ports.resolve({ by: 'device', value: device }) === null)
      return new LabError(
        'DEVICE_GONE',
        `The power cable was unplugged while ${device} was written`,
        { hint: 'Plug it in again and repeat the command.' },
        { cause: error },
      );
    return new LabError(
      'COMMAND_FAILED',
      `${device} took no command: ${messageOf(error)}`,
      { hint: 'Replug the power cable.' },
      { cause: error },
    );
  }
}

/** Per step of a command: a slow disk in between must not eat the device's time. */
function withDeadline(signal: AbortSignal): AbortSignal {
  return AbortSignal.any([signal, AbortSignal.timeout(deadlineMs)]);
}

function isTimeout(error: unknown): boolean {
  return error instanceof DOMException && error.name === 'TimeoutError';
}

function abortReason(callers: AbortSignal, device: string): unknown {
  if (callers.aborted) return callers.reason;
  return new LabError('TIMEOUT', `${device} took no command within ${deadlineMs} ms`, {
    hint: 'The power cable hangs: replug it.',
  });
}
