import type { Event } from '../base/emitter.ts';
import type { LabError } from '../contract/labError.ts';

/**
 * One serial line, whatever carries it. Opened once, closed once; a new one is made to try again.
 * Bytes handed to listeners are theirs to keep: the transport never writes into them again.
 */
export interface ConsoleTransport {
  /** The node or address it speaks on, for people. */
  readonly device: string | null;
  /** What the line can do beside bytes; null where it is bytes alone. Settled once `open` has resolved. */
  readonly control: LineControl | null;
  readonly onDidReceive: Event<Uint8Array>;
  /** Fires once, when the line went by itself (null: it was closed by us). Nothing is received after it. */
  readonly onDidClose: Event<LabError | null>;
  /** Rejects with LabError: DEVICE_GONE, DEVICE_BUSY (names the holder), PERMISSION_DENIED, ... */
  open(signal: AbortSignal): Promise<void>;
  /** Resolves once every byte is with the kernel; rejects with LabError DEVICE_GONE or TIMEOUT. */
  write(bytes: Uint8Array): Promise<void>;
  close(): Promise<void>;
}

export interface LineParameters {
  /** Bits per second. */
  readonly baudRate: number;
  readonly dataBits: 5 | 6 | 7 | 8;
  readonly parity: 'none' | 'even' | 'odd';
  readonly stopBits: 1 | 2;
  readonly flowControl: 'none' | 'rtscts' | 'xonxoff';
}

/** Control lines as the board drives them; true: asserted. */
export interface ModemSignals {
  readonly cts: boolean;
  readonly dsr: boolean;
  readonly dcd: boolean;
}

/** Control lines as this end drives them; true: asserted. */
export interface DrivenSignals {
  readonly dtr: boolean;
  readonly rts: boolean;
}

/**
 * The line behind the bytes. Every method rejects with LabError UNSUPPORTED where this line has no such thing (a
 * pty has no DTR) and DEVICE_GONE once it is closed.
 */
export interface LineControl {
  readonly can: {
    readonly sendBreak: boolean;
    readonly setSignals: boolean;
    readonly setParameters: boolean;
  };
  /** Holds the line in break for about so long, in milliseconds. */
  sendBreak(durationMs: number): Promise<void>;
  setSignals(signals: { readonly dtr?: boolean; readonly rts?: boolean }): Promise<void>;
  /** What this end drives; left out where there is no such thing. */
  readonly driven?: DrivenSignals | undefined;
  readSignals(): Promise<ModemSignals>;
  /** Fields left out stay as they are. */
  setParameters(parameters: Partial<LineParameters>): Promise<void>;
  /** What the line is set to now. */
  readonly parameters: LineParameters;
  /** Throws away what waits to be sent. */
  purge(): Promise<void>;
}
