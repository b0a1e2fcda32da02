import type { Event } from '../base/emitter.ts';
import type { Leds, PowerMeter, PowerState, SwitchState } from '../contract/index.ts';

/** Called once, right before a command leaves, with what leaves: `'3' to /dev/ttyACM0`. Not called when none does. */
export type OnSend = (detail: string) => void;

/** What switching this outlet off does beside its own board. */
export interface Consequences {
  /** By the outlet's own word. */
  readonly switching: 'alone' | 'ganged' | 'unknown';
  /** USB sockets that lose power with it, its own among them; empty for what is no hub port. */
  readonly sockets: readonly string[];
  /** Why it should not be switched off: `the keyboard hangs on it`; null when nothing speaks against it. */
  readonly refuses: string | null;
}

/** Switches one outlet, and its LEDs where it has some. */
export interface PowerDriver {
  readonly kind: string;
  /** Its `off` is what it was told, not what it measured, and counts once the power-truth test proved the outlet. */
  readonly repeatsCommand?: boolean;
  /** Names the outlet: the same for two boards bound to it, in whatever words. Left out where a port's node does. */
  readonly identity?: string;
  /** For people, and may change: `desk hub, port 3`, `relay 2 of plug.lan`. */
  readonly label: string;
  readonly can: {
    readonly readBack: boolean;
    readonly meter: boolean;
    /** How many LEDs it has. */
    readonly leds: number;
    /** It is asked for its state every so many milliseconds; null: it is asked after a command only, or tells by itself. */
    readonly askEveryMs: number | null;
  };
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
  /** `led` is 1 to `can.leds`. Power stays as it is. Rejects with LabError (UNSUPPORTED where there are no LEDs). */
  setLed(led: number, on: boolean, signal: AbortSignal, onSend?: OnSend): Promise<void>;
  /** All LEDs at once, as one command. As `setLed`. */
  setLeds?(leds: Leds, signal: AbortSignal, onSend?: OnSend): Promise<void>;
  /** Off, wait `offMs`, on, where the backend does it better than `set` twice. Rejects as `set`. */
  cycle?(offMs: number, signal: AbortSignal, onSend?: OnSend): Promise<void>;
  /** 'unknown' when the backend cannot tell; never a guess from the last command. */
  read(signal: AbortSignal): Promise<PowerState>;
  /** What flows through it; null when it did not say. Only where `can.meter`. */
  measure?(signal: AbortSignal): Promise<PowerMeter | null>;
  /** Left out: it switches its board alone. */
  consequences?(): Consequences;
  dispose?(): void;
}
