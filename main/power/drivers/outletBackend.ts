import type { PowerState, SwitchState } from '../../contract/index.ts';
import type { OnSend } from '../powerDriver.ts';

/** What flows now. */
export interface Flow {
  readonly watts: number;
  readonly volts: number | null;
  readonly amperes: number | null;
}

/** How one kind of outlet is spoken to; what all of them do beside that is `BackendOutlet`. */
export interface OutletBackend {
  readonly kind: string;
  readonly label: string;
  /** Names the outlet over restarts, and is the same for two boards that are bound to the same one. */
  readonly identity: string;
  readonly askEveryMs: number | null;
  /** Resolves once the outlet has accepted it. Rejects with LabError. */
  switchTo(state: SwitchState, signal: AbortSignal, sending: Sending): Promise<void>;
  /** Off, wait, on, done by the outlet itself. As `switchTo`. */
  cycle?(offMs: number, signal: AbortSignal, sending: Sending): Promise<void>;
  /** Rejects with LabError; 'unknown' where it answers that it does not know. */
  readState?(signal: AbortSignal): Promise<PowerState>;
  /** Rejects with LabError; null where it says nothing now, 'none' where it says that it has no meter. */
  measure?(signal: AbortSignal): Promise<Flow | 'none' | null>;
}

/** How far one command came: whether the outlet may hold it although nobody said so. */
export class Sending {
  readonly #detail: string;
  readonly #onSend: OnSend | undefined;
  #announced = false;
  #doubtful = false;

  constructor(detail: string, onSend: OnSend | undefined) {
    this.#detail = detail;
    this.#onSend = onSend;
  }

  /** Call right before it leaves; again where it is sent again, as with a log-in. */
  leaves(): void {
    this.#doubtful = true;
    if (this.#announced) return;
    this.#announced = true;
    this.#onSend?.(this.#detail);
  }

  /** The outlet answered that it did nothing. */
  refused(): void {
    this.#doubtful = false;
  }

  get doubtful(): boolean {
    return this.#doubtful;
  }
}
