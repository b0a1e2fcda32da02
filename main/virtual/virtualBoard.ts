import type { Event } from '../base/emitter.ts';
import type { Leds, SwitchState } from '../contract/index.ts';
import type { LabError } from '../contract/labError.ts';

/**
 * A board without hardware: a console, a power cable with three LEDs, and something that boots.
 * It exists, like a real one, whether or not anybody looks; its state survives a crash of the core.
 */
export interface VirtualBoard {
  readonly kind: 'sim' | 'qemu';
  readonly cable: {
    readonly state: SwitchState;
    readonly commandedAtMs: number | null;
    readonly leds: Leds;
  };
  /** Resolves once power really changed (`on`: the machine runs). Rejects with LabError. */
  setPower(state: SwitchState, signal: AbortSignal): Promise<void>;
  setLed(led: number, on: boolean): Promise<void>;
  setLeds(leds: Leds): Promise<void>;
  /** Fires when power changed by itself, as when the emulator died. */
  readonly onDidChangePower: Event<SwitchState>;
  /** The console's far end. Bytes are the listener's to keep. */
  readonly onDidPrint: Event<Uint8Array>;
  /** Rejects with LabError POWERED_OFF when nothing runs that could read it. */
  type(bytes: Uint8Array): Promise<void>;
  /**
   * Its USB link went or came while its power stayed: a system that runs notices and prints so a moment later. Left out
   * where nothing would notice.
   */
  noticeLink?(up: boolean): void;
  /** A break on its serial port; left out where there is none. Rejects like `type`. */
  sendBreak?(durationMs: number): Promise<void>;
}

/** Why one kind can't run here; null when it can. */
export type Unavailable = LabError | null;
