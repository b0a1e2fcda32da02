import type { Leds, PowerState, SwitchState } from '../contract/index.ts';

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
  /** Resolves once the backend has accepted the change; rejects with LabError. LEDs stay as they are. */
  set(state: SwitchState, signal: AbortSignal): Promise<void>;
  /** `led` is 1 to `can.leds`. Power stays as it is. Rejects with LabError. */
  setLed(led: number, on: boolean, signal: AbortSignal): Promise<void>;
  /** 'unknown' when the backend cannot tell; never a guess from the last command. */
  read(signal: AbortSignal): Promise<PowerState>;
}
