import type { Event } from '../base/emitter.ts';
import type { LabError } from '../contract/labError.ts';

/**
 * One serial line, whatever carries it. Opened once, closed once; a new one is made to try again.
 * Bytes handed to listeners are theirs to keep: the transport never writes into them again.
 */
export interface ConsoleTransport {
  /** The node or address it speaks on, for people. */
  readonly device: string | null;
  readonly onDidReceive: Event<Uint8Array>;
  /** Fires once, when the line went by itself (null: it was closed by us). Nothing is received after it. */
  readonly onDidClose: Event<LabError | null>;
  /** Rejects with LabError: DEVICE_GONE, DEVICE_BUSY (names the holder), PERMISSION_DENIED, ... */
  open(signal: AbortSignal): Promise<void>;
  /** Resolves once every byte is with the kernel; rejects with LabError DEVICE_GONE or TIMEOUT. */
  write(bytes: Uint8Array): Promise<void>;
  close(): Promise<void>;
}
