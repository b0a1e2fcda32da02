import type { Clock } from '../../base/clock.ts';
import type { Event } from '../../base/emitter.ts';
import type { TypingStyle } from '../../contract/index.ts';

export interface PasteOptions {
  readonly text: string;
  readonly style: TypingStyle;
  /** The board's program has asked for bracketed paste. */
  readonly bracketed: boolean;
  readonly write: (bytes: Uint8Array) => Promise<void>;
  readonly onDidReceive: Event<Uint8Array>;
  readonly signal: AbortSignal;
  /** How much of it is typed, 0 to 1. */
  readonly onProgress?: (done: number) => void;
  readonly clock: Clock;
}

/** One line as it is typed: its bytes, and Enter behind it except where the text ends without one. */
export interface TypedLine {
  readonly text: string;
  readonly enter: string;
}
