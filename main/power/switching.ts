import type { Clock } from '../base/clock.ts';
import { type BoardId, LabError, type Leds, type PowerPolicy, type SwitchState } from '../contract/index.ts';
import type { BoundOutlet } from './outlets.ts';
import type { PowerCommand } from './powerDeps.ts';
import type { OnSend, PowerDriver } from './powerDriver.ts';

type Commanded = PowerDriver['commanded'];

interface SwitchingDeps {
  readonly clock: Clock;
  readonly policyOf: (boardId: BoardId) => PowerPolicy;
  /** Called right before a command leaves. */
  readonly onCommand: (command: PowerCommand) => void;
  /** An outlet took a command; `before` is what stood then. */
  readonly onSwitched: (bound: BoundOutlet, by: string | null, before: Commanded) => void;
}

/** The longest one switch may take, beyond a driver's own shorter deadlines. */
const commandDeadlineMs = 20_000;

/** Commands to one outlet, with deadlines and the waits its board's policy wants. Who comes first is decided elsewhere. */
export class Switching {
  readonly #deps: SwitchingDeps;

  constructor(deps: SwitchingDeps) {
    this.#deps = deps;
  }

  /** Rejects with LabError. */
  async set(bound: BoundOutlet, state: SwitchState, by: string | null, signal: AbortSignal): Promise<void> {
    const { outlet } = bound;
    if (state === 'on') await this.#drain(bound, signal);
    const send = this.#announce(bound, state, '');
    const before = outlet.driver.commanded;
    await bounded(signal, deadlineOf(bound), (both) => outlet.set(state, both, send));
    this.#deps.onSwitched(bound, by, before);
  }

  /** Off, `offMs` milliseconds, on: by the backend itself where that does it better. Rejects with LabError. */
  async cycle(bound: BoundOutlet, offMs: number, by: string | null, signal: AbortSignal): Promise<void> {
    const { outlet } = bound;
    const { minOffMs } = this.#policyOf(bound);
    const waitMs = Math.max(offMs, minOffMs);
    if (!outlet.driver.cycle) {
      await this.set(bound, 'off', by, signal);
      await this.#deps.clock.sleep(waitMs, signal);
      await this.set(bound, 'on', by, signal);
      return;
    }
    const off = this.#announce(bound, 'off', '');
    const on = this.#announce(bound, 'on', '');
    const send: OnSend = (detail) => {
      off(detail);
      on(detail);
    };
    const before = outlet.driver.commanded;
    await bounded(signal, deadlineOf(bound) + waitMs, (both) => outlet.cycle(waitMs, both, send));
    this.#deps.onSwitched(bound, by, before);
  }

  setLed(bound: BoundOutlet, led: number, on: boolean, signal: AbortSignal): Promise<void> {
    const send = this.#announce(bound, 'led', `LED ${led} ${on ? 'on' : 'off'}: `);
    return bounded(signal, commandDeadlineMs, (both) => bound.outlet.setLed(led, on, both, send));
  }

  async setLeds(
    bound: BoundOutlet,
    frame: (now: Leds) => Leds | null,
    note: string | null,
    signal: AbortSignal,
  ): Promise<void> {
    const { outlet } = bound;
    const leds = frame(outlet.driver.commanded.leds);
    if (leds === null) return;
    const send = note === null ? () => {} : this.#announce(bound, 'led', `${note}: `);
    await bounded(signal, commandDeadlineMs, (both) => outlet.setLeds(leds, both, send));
  }

  /** Capacitors drain: waits until the board was off as long as its policy wants. */
  async #drain(bound: BoundOutlet, signal: AbortSignal): Promise<void> {
    const { minOffMs } = this.#policyOf(bound);
    const { offForMs } = bound.outlet;
    if (minOffMs === 0 || offForMs === null) return;
    const restMs = minOffMs - offForMs;
    if (restMs > 0) await this.#deps.clock.sleep(restMs, signal);
  }

  #policyOf({ outlet }: BoundOutlet): PowerPolicy {
    return this.#deps.policyOf(outlet.reading.boardId);
  }

  #announce({ outlet }: BoundOutlet, what: PowerCommand['what'], before: string): OnSend {
    return (detail) =>
      this.#deps.onCommand({ boardId: outlet.reading.boardId, what, detail: `${before}${detail}` });
  }
}

/** A user's command may take longer than an outlet should. */
function deadlineOf({ binding }: BoundOutlet): number {
  return binding?.kind === 'command'
    ? Math.max(commandDeadlineMs, binding.timeoutMs + 5000)
    : commandDeadlineMs;
}

async function bounded(
  signal: AbortSignal,
  deadlineMs: number,
  work: (bounded: AbortSignal) => Promise<void>,
): Promise<void> {
  const deadline = AbortSignal.timeout(deadlineMs);
  try {
    await work(AbortSignal.any([signal, deadline]));
  } catch (error) {
    if (error instanceof LabError || !deadline.aborted) throw error;
    throw new LabError('TIMEOUT', `The outlet took no command within ${deadlineMs} ms`, {
      hint: 'It may carry it out later all the same: look at what is known of its power.',
    });
  }
}
