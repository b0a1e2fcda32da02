import type { Event } from '../base/emitter.ts';
import type { BoardId, LedState } from '../contract/index.ts';

/** What a reading says that no outlet knows: policies and the LED language add it. */
export interface PowerExtras {
  /** Milliseconds since the epoch; null: the board does not go off by itself now. */
  idleOffAtMs(boardId: BoardId): number | null;
  /** Why the minutes until then don't count now; null: they do, or there are none. */
  idleOffHeld(boardId: BoardId): string | null;
  /** What the board's LEDs say now; null: nothing. */
  ledState(boardId: BoardId): LedState | null;
  /** One of them changed for this board. */
  readonly onDidChange: Event<BoardId>;
}
