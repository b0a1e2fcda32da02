import type { Clock } from '../base/clock.ts';
import type { Leds, SwitchState } from '../contract/index.ts';
import type { OutletMemory, OutletRecord } from './outletMemory.ts';

const dark: Leds = [false, false, false];
const never: OutletRecord = { dialect: '', state: null, atMs: null, leds: dark, intent: null };

/**
 * What an outlet without LEDs was last told, over restarts. In two steps, as no single order survives a crash in
 * between: the intent goes to disk, the command leaves, the intent becomes what is commanded. An intent found at
 * start-up is doubt.
 */
export class RememberedCommand {
  readonly #memory: OutletMemory;
  readonly #identity: string;
  readonly #clock: Clock;
  #record: OutletRecord;
  #doubt: string | null = null;

  /** `identity` names the outlet, not the board: another board may be bound to it later. */
  constructor(deps: { memory: OutletMemory; identity: string; clock: Clock }) {
    this.#memory = deps.memory;
    this.#identity = deps.identity;
    this.#clock = deps.clock;
    this.#record = this.#recall();
  }

  get commanded(): { state: SwitchState | null; atMs: number | null; leds: Leds } {
    return { state: this.#record.state, atMs: this.#record.atMs, leds: dark };
  }

  get doubt(): string | null {
    return this.#doubt;
  }

  /**
   * Runs `send` and remembers `state` once it resolved. `send` calls `left` when something may have reached the outlet:
   * when it rejects before that, all is as it was; after that the outlet is in doubt. Rejects as `send` does.
   */
  async run(state: SwitchState, send: (left: () => void) => Promise<void>): Promise<void> {
    this.#record = this.#recall();
    const before = this.#record;
    let hasLeft = false;
    try {
      await this.#memory.put(this.#identity, { ...before, intent: { state, leds: dark } });
      await send(() => {
        hasLeft = true;
      });
    } catch (error) {
      if (hasLeft && state !== before.state) this.#doubt = brokenOff;
      else await this.#memory.put(this.#identity, before);
      throw error;
    }
    this.#doubt = null;
    this.#record = { dialect: '', state, atMs: this.#clock.nowMs(), leds: dark, intent: null };
    await this.#memory.put(this.#identity, this.#record);
  }

  #recall(): OutletRecord {
    const kept = this.#memory.get(this.#identity) ?? never;
    this.#doubt = kept.intent !== null && kept.intent.state !== kept.state ? brokenOff : null;
    return kept;
  }
}

const brokenOff = 'The last power command broke off on its way';
