import { mayHavePower, type PowerReading } from '../../../main/contract/index.ts';

/** What switching a board off would do to others. */
export interface Consequences {
  /** Boards that lose their power too. */
  readonly boards: readonly string[];
  /** `the keyboard hangs on it`; null: nothing speaks against it. */
  readonly refuses: string | null;
}

/**
 * As the outlet itself says, before anything is asked of it; null where it harms nobody. Boards that are off already lose
 * nothing.
 */
export function knownConsequences(
  boardId: string,
  power: Readonly<Record<string, PowerReading>>,
): Consequences | null {
  const outlet = power[boardId]?.outlet;
  if (outlet == null) return null;
  const boards = outlet.alsoCuts.filter((other) => {
    const reading = power[other];
    return reading === undefined || mayHavePower(reading);
  });
  return boards.length === 0 && outlet.refuses === null ? null : { boards, refuses: outlet.refuses };
}

/** Other boards that were switched off, and get power all the same when this one is switched on. */
export function wokenWith(boardId: string, power: Readonly<Record<string, PowerReading>>): string[] {
  const reading = power[boardId];
  if (reading?.outlet == null || reading.known === 'on') return [];
  return reading.outlet.alsoPowers.filter(
    (other) => power[other]?.commanded === 'off' && power[other].known !== 'on',
  );
}

/** From the details of a refusal by the core; null where it refused for another reason. */
export function refusedConsequences(details: Readonly<Record<string, unknown>>): Consequences | null {
  const boards = Array.isArray(details.boards)
    ? details.boards.filter((each): each is string => typeof each === 'string')
    : [];
  const refuses = typeof details.refuses === 'string' ? details.refuses : null;
  return boards.length === 0 && refuses === null ? null : { boards, refuses };
}
