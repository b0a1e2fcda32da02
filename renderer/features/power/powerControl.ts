import type { Board, LedState, PowerReading, SwitchState } from '../../../main/contract/index.ts';
import { problemDetails, toProblem } from '../../lib/lab/labProblem.ts';
import type { LabClient } from '../../lib/lab/link.ts';
import type { Actions } from '../../lib/stores/actions.ts';
import type { BenchStore } from '../../lib/stores/bench.ts';
import { type Consequences, knownConsequences, refusedConsequences } from './consequences.ts';

type BoardId = Board['boardId'];

/**
 * The next position: away from what is known, or where nothing is known from what was last commanded. A switch of an
 * outlet that lies moves a port and no power: what it was told is where it stands.
 */
export function nextSwitchState(reading: PowerReading | undefined): SwitchState {
  const now =
    reading === undefined || reading.known === 'unknown' || reading.verdict?.outcome === 'lies'
      ? reading?.commanded
      : reading.known;
  return now === 'on' ? 'off' : 'on';
}

export function powerPlace(boardId: string): string {
  return `power:${boardId}`;
}

/** What the LEDs say, by hand. */
export function ledsPlace(boardId: string): string {
  return `leds:${boardId}`;
}

function ledPlace(boardId: string, led: number): string {
  return `led:${boardId}:${led}`;
}

/** Wherever an action on this board's outlet may have failed. */
export function switchPlaces(boardId: string): string[] {
  return [powerPlace(boardId), ledsPlace(boardId), ...[1, 2, 3].map((led) => ledPlace(boardId, led))];
}

export type PowerAction = SwitchState | 'cycle';

/** What the user has said yes to. */
export interface PowerConsent {
  readonly confirmed?: boolean;
  readonly takeOver?: boolean;
  readonly force?: boolean;
  /** How long a cycle leaves the board without power; as its policy says where it is left out. */
  readonly offMs?: number;
}

/** What is asked before power is switched; an answer comes back with all that was said yes to before. */
export interface PowerQuestions {
  /** Where the settings want power-off confirmed. */
  readonly confirm: (boardId: string, action: 'off' | 'cycle', consent: PowerConsent) => void;
  /** Where somebody else has a console of the board; `message` says who. */
  readonly takeOver: (boardId: string, action: PowerAction, message: string, consent: PowerConsent) => void;
  /** Where others lose their power with it. */
  readonly consequences: (
    boardId: string,
    action: PowerAction,
    consequences: Consequences,
    consent: PowerConsent,
  ) => void;
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

  set(boardId: BoardId, state: SwitchState, consent: PowerConsent = {}): Promise<boolean> {
    return this.do(boardId, state, consent);
  }

  cycle(boardId: BoardId, consent: PowerConsent = {}): Promise<boolean> {
    return this.do(boardId, 'cycle', consent);
  }

  /** Answers whether it was done; false also where a question has to be answered first. */
  async do(boardId: BoardId, action: PowerAction, consent: PowerConsent = {}): Promise<boolean> {
    if (action !== 'on' && this.#mustAsk(boardId, action, consent)) return false;
    return this.#actions.run(powerPlace(boardId), action, async () => {
      const { takeOver = false, force = false, offMs } = consent;
      const common = { boardId, takeOver, force };
      try {
        if (action !== 'cycle') await this.#client().power.set({ ...common, state: action });
        else await this.#client().power.cycle(offMs === undefined ? common : { ...common, offMs });
      } catch (error) {
        if (!this.#asksAbout(boardId, action, consent, error)) throw error;
      }
    });
  }

  setLed(boardId: BoardId, led: number, on: boolean): Promise<boolean> {
    return this.#actions.run(ledPlace(boardId, led), on ? 'on' : 'off', async () =>
      this.#client().leds.set({ boardId, led, on }),
    );
  }

  /** Shows a state by hand; null lets the rules decide again. */
  sayState(boardId: BoardId, state: LedState | null): Promise<boolean> {
    return this.#actions.run(ledsPlace(boardId), 'say', async () =>
      this.#client().leds.say({ boardId, state }),
    );
  }

  /** Blinks the board's lights for a while; what they showed comes back by itself. */
  find(boardId: BoardId): Promise<boolean> {
    return this.#actions.run(ledsPlace(boardId), 'find', async () => this.#client().leds.find({ boardId }));
  }

  forgetVerdict(boardId: BoardId): Promise<boolean> {
    return this.#actions.run(powerPlace(boardId), 'forget', async () =>
      this.#client().power.forgetVerdict({ boardId }),
    );
  }

  /** What is known before the core is asked. Whoever agreed to harm others has been asked enough. */
  #mustAsk(boardId: BoardId, action: 'off' | 'cycle', consent: PowerConsent): boolean {
    const { confirmed = false, takeOver = false, force = false } = consent;
    const harm = knownConsequences(boardId, this.#bench.getState().power);
    if (harm !== null && !force) {
      this.#questions.consequences(boardId, action, harm, consent);
      return true;
    }
    const wanted = this.#bench.getState().settings?.confirmPowerOff === true;
    if (!wanted || confirmed || takeOver || force) return false;
    this.#questions.confirm(boardId, action, consent);
    return true;
  }

  /** A console that is somebody's, or harm to others, is no failure but a question. */
  #asksAbout(boardId: BoardId, action: PowerAction, consent: PowerConsent, error: unknown): boolean {
    const problem = toProblem(error);
    if (problem.code === 'LEASED' && consent.takeOver !== true) {
      this.#questions.takeOver(boardId, action, problem.message, consent);
      return true;
    }
    const harm = problem.code === 'CONFLICT' ? refusedConsequences(problemDetails(error)) : null;
    if (harm === null || consent.force === true) return false;
    this.#questions.consequences(boardId, action, harm, consent);
    return true;
  }
}
