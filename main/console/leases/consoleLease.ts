import type { BoardId, ConsoleId } from '../../contract/index.ts';
import { fail } from '../../contract/labError.ts';
import type { Caller, LeaseHold, LeaseTable } from './leaseTable.ts';

export interface ConsoleLeaseOptions {
  readonly consoleId: ConsoleId;
  readonly boardId: BoardId;
  readonly leases: LeaseTable;
  /** Commanded off, and nothing proves it on: then nobody is there to read what is typed. */
  readonly isOff: () => boolean;
}

/** Who may type on one console now. */
export class ConsoleLease {
  readonly #options: ConsoleLeaseOptions;

  constructor(options: ConsoleLeaseOptions) {
    this.#options = options;
  }

  /** Who types at the moment; null: nobody. */
  get writer(): string | null {
    const { leases, consoleId } = this.#options;
    const lease = leases.read(consoleId);
    return lease && !lease.idle ? lease.holder.who : null;
  }

  /** Throws LabError POWERED_OFF or LEASED; otherwise `caller` may type. */
  claim(caller: Caller): void {
    const { boardId, consoleId, leases, isOff } = this.#options;
    if (isOff()) fail('POWERED_OFF', `${boardId} is off`, 'Switch its power on first.');
    leases.use(consoleId, caller);
  }

  /**
   * Claims the console for as long as a piece of work takes: the lease stays awake, and `lost` aborts when it is
   * released, taken over or its client leaves. Throws LabError POWERED_OFF, LEASED.
   */
  keep(caller: Caller): LeaseHold {
    this.claim(caller);
    return this.#options.leases.hold(this.#options.consoleId, caller);
  }

  /**
   * Before a rule acts. Throws LabError LEASED while somebody holds the console by name: whoever does drives the board
   * alone, and a key it did not send would spoil its work.
   */
  yieldToHolder(): void {
    const { leases, consoleId } = this.#options;
    const lease = leases.read(consoleId);
    if (lease?.kind === 'taken')
      fail('LEASED', `held back: ${lease.holder.who} has this console`, 'It acts again once it is released.');
  }
}
