import type { Board, PowerReading, SwitchState } from '../../../main/contract/index.ts';
import { toProblem } from '../../lib/lab/labProblem.ts';
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

export type PowerAction = SwitchState | 'cycle';

/** What is asked before power is switched. */
export interface PowerQuestions {
  /** Where the settings want power-off confirmed. */
  readonly confirm: (boardId: string, action: 'off' | 'cycle') => void;
  /** Where somebody else has a console of the board; `message` says who. */
  readonly takeOver: (boardId: string, action: PowerAction, message: string) => void;
}

/** What the user has said yes to. */
export interface PowerConsent {
  readonly confirmed?: boolean;
  readonly takeOver?: boolean;
}

/** Switches power and LEDs. What happens then is told by the core; nothing is assumed here. */
export class PowerControl {
  readonly #bench: BenchStore;
  readonly #client: () => LabClient;
  readonly #actions: Actions;
  readonly #questions: PowerQuestions;

  constructor(bench: BenchStore, client: () => LabClient, actions: Actions, questions: PowerQuestions) {
    this.#bench = bench;
    this.#client = client;
    this.#actions = actions;
    this.#questions = questions;
  }

  toggle(boardId: BoardId): Promise<boolean> {
    return this.set(boardId, nextSwitchState(this.#bench.getState().power[boardId]));
  }

  async set(boardId: BoardId, state: SwitchState, consent: PowerConsent = {}): Promise<boolean> {
    if (state === 'off' && !asked(consent) && this.#wantsConfirmation()) {
      this.#questions.confirm(boardId, 'off');
      return false;
    }
    return this.#switch(
      boardId,
      state,
      async (takeOver) => this.#client().power.set({ boardId, state, takeOver }),
      consent,
    );
  }

  async cycle(boardId: BoardId, offMs: number, consent: PowerConsent = {}): Promise<boolean> {
    if (!asked(consent) && this.#wantsConfirmation()) {
      this.#questions.confirm(boardId, 'cycle');
      return false;
    }
    return this.#switch(
      boardId,
      'cycle',
      async (takeOver) => this.#client().power.cycle({ boardId, offMs, takeOver }),
      consent,
    );
  }

  setLed(boardId: BoardId, led: number, on: boolean): Promise<boolean> {
    return this.#actions.run(ledPlace(boardId, led), on ? 'on' : 'off', async () =>
      this.#client().leds.set({ boardId, led, on }),
    );
  }

  /** A console that is somebody's is no failure but a question. */
  #switch(
    boardId: BoardId,
    action: PowerAction,
    call: (takeOver: boolean) => Promise<unknown>,
    { takeOver = false }: PowerConsent,
  ): Promise<boolean> {
    return this.#actions.run(powerPlace(boardId), action, async () => {
      try {
        await call(takeOver);
      } catch (error) {
        const problem = toProblem(error);
        if (problem.code !== 'LEASED' || takeOver) throw error;
        this.#questions.takeOver(boardId, action, problem.message);
      }
    });
  }

  #wantsConfirmation(): boolean {
    return this.#bench.getState().settings?.confirmPowerOff === true;
  }
}

/** Whoever agreed to take a console over has been asked enough. */
function asked({ confirmed = false, takeOver = false }: PowerConsent): boolean {
  return confirmed || takeOver;
}
