import type { BoardId, OutletFacts, PowerReading } from '../contract/index.ts';
import type { Judgement } from './evidence.ts';
import type { Consequences, PowerDriver } from './powerDriver.ts';

/** What of other boards hangs together with an outlet; `sockets` are those that are switched with it. */
export interface Neighbours {
  /** Boards that lose their power with it, beside its own. */
  readonly alsoCuts?: (sockets: readonly string[]) => BoardId[];
  /** Those of them that get power with it. */
  readonly alsoPowers?: (sockets: readonly string[]) => BoardId[];
}

const alone: Consequences = { switching: 'alone', sockets: [], refuses: null };

/** Which outlet it is and what hangs on it. */
export function describeOutlet(driver: PowerDriver, { alsoCuts, alsoPowers }: Neighbours): OutletFacts {
  const { kind, label, can } = driver;
  const { switching, refuses, sockets } = driver.consequences?.() ?? alone;
  return {
    kind,
    label,
    switching,
    refuses,
    alsoCuts: alsoCuts?.(sockets) ?? [],
    alsoPowers: alsoPowers?.(sockets) ?? [],
    leds: can.leds,
    readable: can.readBack,
    metered: can.meter,
  };
}

/** What is shown of a board with an outlet; what policies add is left out. */
export function readingOf(
  { commanded: { state, atMs, leds } }: PowerDriver,
  { known, evidence, witnesses }: Judgement,
  rest: Pick<PowerReading, 'boardId' | 'outlet' | 'commandedBy' | 'verdict' | 'meter' | 'busy'>,
): PowerReading {
  return {
    ...rest,
    switchable: true,
    commanded: state,
    commandedAtMs: atMs,
    commandedBy: state === null ? null : rest.commandedBy,
    known,
    evidence,
    witnesses: [...witnesses],
    leds: [...leds],
    idleOffAtMs: null,
    idleOffHeld: null,
    ledState: null,
  };
}
