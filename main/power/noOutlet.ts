import type { BoardId, PowerReading } from '../contract/index.ts';

/** What is known of a board without an outlet. */
export function readingWithoutOutlet(boardId: BoardId, atMs: number): PowerReading {
  return {
    boardId,
    switchable: false,
    outlet: null,
    commanded: null,
    commandedAtMs: null,
    commandedBy: null,
    known: 'unknown',
    evidence: { kind: 'none', text: 'no power outlet is bound', atMs },
    witnesses: [],
    verdict: null,
    meter: null,
    idleOffAtMs: null,
    idleOffHeld: null,
    busy: false,
    leds: [false, false, false],
    ledState: null,
  };
}
