import type { Clock } from '../base/clock.ts';
import type { Logger } from '../base/logger.ts';
import type { BoardId, ConsoleId, ExpectRule, LedState, Sharing, TypingStyle } from '../contract/index.ts';
import type { StageTable } from './boots/index.ts';
import type { LeaseTable } from './leases/leaseTable.ts';
import type { ConsoleTransport, LineParameters } from './transport.ts';

/** What one console of a board is made from, and whom it has to ask and to tell. */
export interface BoardConsoleOptions {
  readonly consoleId: ConsoleId;
  readonly boardId: BoardId;
  readonly name: string;
  /** What the line is made from: anything else means a new one. */
  readonly recipe: string;
  /** Of its recording. */
  readonly folder: string;
  /** Where its unix socket is, when it is shared on one. */
  readonly socketPath: string;
  readonly parameters: LineParameters;
  readonly connect: () => ConsoleTransport;
  readonly prepare: (transport: ConsoleTransport, signal: AbortSignal) => Promise<void>;
  /** One for all consoles: its compiled patterns weigh more than a console does. */
  readonly stages: StageTable;
  readonly rules: readonly ExpectRule[];
  readonly typing: () => TypingStyle;
  readonly sharing: Sharing | null;
  readonly leases: LeaseTable;
  /** Commanded off, and nothing proves it on: then nobody is there to read what is typed. */
  readonly isOff: () => boolean;
  /** A rule wants the board off. Rejects with LabError LEASED while somebody holds one of its consoles by name. */
  readonly powerOff: () => Promise<void>;
  /** A rule could not switch the board off. */
  readonly powerStaysOn: (ruleName: string, why: string) => void;
  readonly notify: (text: string) => void;
  /** A rule says it with the board's LEDs. */
  readonly showState: (state: LedState) => void;
  readonly clock: Clock;
  readonly logger: Logger;
}
