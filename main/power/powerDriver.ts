import type { Event } from '../base/emitter.ts';
import type { Leds, PowerState, SwitchState } from '../contract/index.ts';

/** Called once, right before a command leaves, with what leaves: `'3' to /dev/ttyACM0`. Not called when none does. */
export type OnSend = (detail: string) => void;

/** Switches one outlet, and its LEDs where it has some. */
export interface PowerDriver {
  readonly kind: string;
  readonly can: { readonly readBack: boolean; readonly leds: number };
  /** What was last commanded, also before a restart; null when nothing ever was. LEDs start dark. */
  readonly commanded: {
    readonly state: SwitchState | null;
    readonly atMs: number | null;
    readonly leds: Leds;
  };
  /** Why the outlet may hold something else than `commanded`, such as a command that broke off half-way. */
  readonly doubt: string | null;
  /** Fires when the outlet changed by itself; only where `can.readBack`. */
  readonly onDidChange?: Event<void>;
  /** Resolves once the backend has accepted the change; rejects with LabError. LEDs stay as they are. */
  set(state: SwitchState, signal: AbortSignal, onSend?: OnSend): Promise<void>;
  /** `led` is 1 to `can.leds`. Power stays as it is. Rejects with LabError. */
  setLed(led: number, on: boolean, signal: AbortSignal, onSend?: OnSend): Promise<void>;
  /** 'unknown' when the backend cannot tell; never a guess from the last command. */
  read(signal: AbortSignal): Promise<PowerState>;
}
