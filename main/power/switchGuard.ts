import { type BoardId, mayHavePower, type PowerReading, type SwitchState } from '../contract/index.ts';
import { refuseToCut } from './consequences.ts';
import type { Outlet } from './outlet.ts';

export interface GuardOptions {
  readonly force?: boolean;
  readonly together?: readonly BoardId[];
}

interface SwitchGuardDeps {
  /** Throws LabError NOT_FOUND, UNSUPPORTED. */
  readonly outletOf: (boardId: BoardId) => Outlet;
  readonly read: (boardId: BoardId) => PowerReading;
}

/** What switching a board does to others, and whether that speaks against it. */
export class SwitchGuard {
  readonly #deps: SwitchGuardDeps;

  constructor(deps: SwitchGuardDeps) {
    this.#deps = deps;
  }

  /**
   * Answers the other boards whose power it moves. Throws LabError NOT_FOUND, UNSUPPORTED, and CONFLICT where something
   * speaks against switching it off and it is not forced.
   */
  check(boardId: BoardId, what: SwitchState | 'cycle', { force = false, together = [] }: GuardOptions) {
    const cut = what === 'on' ? [] : this.#cut(boardId, force, together);
    const powered = what === 'off' ? [] : this.#powered(boardId);
    return [...new Set([...cut, ...powered])];
  }

  #cut(boardId: BoardId, force: boolean, together: readonly BoardId[]): BoardId[] {
    const outlet = this.#deps.outletOf(boardId);
    // Mounts, routes and plugs are looked at now.
    outlet.lookAround();
    const others = (outlet.reading.outlet?.alsoCuts ?? []).filter(
      (other) => !together.includes(other) && mayHavePower(this.#deps.read(other)),
    );
    if (!force) refuseToCut(outlet.reading, others);
    return others;
  }

  /** Those that were switched off, and do not stay so. */
  #powered(boardId: BoardId): BoardId[] {
    const { reading } = this.#deps.outletOf(boardId);
    return (reading.outlet?.alsoPowers ?? []).filter((other) => {
      const { commanded, known } = this.#deps.read(other);
      return commanded === 'off' && known !== 'on';
    });
  }
}
