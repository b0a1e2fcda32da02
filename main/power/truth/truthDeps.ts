import type { Clock } from '../../base/clock.ts';
import type { Event } from '../../base/emitter.ts';
import type { BoardsService } from '../../boards/index.ts';
import type { PowerReading } from '../../contract/index.ts';
import type { BoundOutlet, Outlets } from '../outlets.ts';
import type { PowerEars } from '../powerEars.ts';
import type { Switching } from '../switching.ts';
import type { TestIntents } from './testIntents.ts';
import type { TruthTestDeps, TruthTimes } from './truthTest.ts';
import type { BoardBoot } from './truthWatch.ts';

export interface TruthParts {
  readonly boards: BoardsService;
  readonly ears: PowerEars;
  readonly clock: Clock;
  readonly outlets: Outlets;
  readonly switching: Switching;
  readonly readings: () => PowerReading[];
  readonly onDidChange: Event<PowerReading>;
  readonly onDidBoot: Event<BoardBoot>;
  readonly intents: TestIntents;
}

/** What a test of this outlet looks at and acts on. */
export function truthDepsOf(
  bound: BoundOutlet,
  { offMs, bootMs }: TruthTimes,
  parts: TruthParts,
): TruthTestDeps {
  const { boards, ears, clock, outlets, switching, onDidChange, onDidBoot, intents } = parts;
  const { outlet } = bound;
  // Whatever it is called by then.
  const name = () => outlet.reading.boardId;
  return {
    ears,
    clock,
    boardId: name,
    senses: () => outlet.senses,
    reading: () => outlet.reading,
    others: () => parts.readings().filter(({ boardId }) => boardId !== name()),
    onDidChange,
    onDidBoot,
    portsOfOthers: () => {
      const there = outlets.portsThere();
      there.delete(name());
      return there;
    },
    offMs: Math.max(offMs, boards.get(name()).powerPolicy.minOffMs),
    bootMs,
    switchTo: (state, signal) => switching.set(bound, state, 'test', signal),
    bound: outlet.signal,
    ask: () => outlet.refresh(),
    intend: (state) =>
      intents.put(bound.key, {
        outlet: bound.name,
        state,
        commandedAtMs: outlet.reading.commandedAtMs,
      }),
    settle: () => intents.drop(bound.key),
  };
}
