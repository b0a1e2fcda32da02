import type { Board, PowerReading, SwitchState } from '../../../main/contract/index.ts';
import type { LabClient } from '../../lib/lab/link.ts';
import type { Actions } from '../../lib/stores/actions.ts';
import type { BenchStore } from '../../lib/stores/bench.ts';

type BoardId = Board['boardId'];

/** The next position: away from what is known, or where nothing is known from what was last commanded. */
export function nextSwitchState(reading: PowerReading | undefined): SwitchState {
  const now = reading === undefined || reading.state === 'unknown' ? reading?.commanded : reading.state;
  return now === 'on' ? 'off' : 'on';
}

export function powerPlace(boardId: string): string {
  return `power:${boardId}`;
}

function ledPlace(boardId: string, led: number): string {
  return `led:${boardId}:${led}`;
}

/** Wherever an action on this board's cable may have failed. */
export function switchPlaces(boardId: string): string[] {
  return [powerPlace(boardId), ...[1, 2, 3].map((led) => ledPlace(boardId, led))];
}

/** Switches power and LEDs. What happens then is told by the core; nothing is assumed here. */
export class PowerControl {
  readonly #bench: BenchStore;
  readonly #client: () => LabClient;
  readonly #actions: Actions;
  readonly #askFirst: (boardId: string, action: 'off' | 'cycle') => void;

  /** `askFirst` is used where the settings want power-off confirmed. */
  constructor(
    bench: BenchStore,
    client: () => LabClient,
    actions: Actions,
    askFirst: (boardId: string, action: 'off' | 'cycle') => void,
  ) {
    this.#bench = bench;
    this.#client = client;
    this.#actions = actions;
    this.#askFirst = askFirst;
  }

  toggle(boardId: BoardId): Promise<boolean> {
    return this.set(boardId, nextSwitchState(this.#bench.getState().power[boardId]));
  }

  async set(boardId: BoardId, state: SwitchState, confirmed = false): Promise<boolean> {
    if (state === 'off' && !confirmed && this.#wantsConfirmation()) {
      this.#askFirst(boardId, 'off');
      return false;
    }
    return this.#actions.run(powerPlace(boardId), state, async () =>
      this.#client().power.set({ boardId, state }),
    );
  }

  async cycle(boardId: BoardId, offMs: number, confirmed = false): Promise<boolean> {
    if (!confirmed && this.#wantsConfirmation()) {
      this.#askFirst(boardId, 'cycle');
      return false;
    }
    return this.#actions.run(powerPlace(boardId), 'cycle', async () =>
      this.#client().power.cycle({ boardId, offMs }),
    );
  }

  setLed(boardId: BoardId, led: number, on: boolean): Promise<boolean> {
    return this.#actions.run(ledPlace(boardId, led), on ? 'on' : 'off', async () =>
      this.#client().leds.set({ boardId, led, on }),
    );
  }

  #wantsConfirmation(): boolean {
    return this.#bench.getState().settings?.confirmPowerOff === true;
  }
}
