import type { LabError } from '../../contract/labError.ts';
import type { GuardedControl } from '../leases/guardedControl.ts';
import type { LineParameters } from '../transport.ts';

/** How the bytes of a door look on the wire. One for each connection. */
export interface Dialect {
  readonly kind: 'raw' | 'telnet';
  /** Whether Labdeck may say something between the board's bytes. */
  readonly takesNotices: boolean;
  /** The connection stands; nothing was received yet. */
  start(): void;
  /** The client is in: at once, or once it gave the token. */
  letIn(): void;
  /** Throws LabError BAD_REQUEST for what no peer of this dialect sends. */
  receive(wire: Uint8Array): void;
  encode(bytes: Uint8Array): Uint8Array;
  dispose(): void;
}

/** What a dialect finds in the stream, and what it may do. */
export interface DialectHost {
  /** False until the token was given, where one is wanted. */
  readonly isLetIn: boolean;
  readonly isReadOnly: boolean;
  /** Whether bytes for the board came already. */
  readonly hasTyped: boolean;
  readonly control: GuardedControl | null;
  readonly parameters: LineParameters;
  /** Bytes for the board, in order with `request`. */
  type(bytes: Uint8Array): void;
  /** Something beside bytes; `bytes` is what it takes in memory. */
  request(bytes: number, work: () => Promise<void>): void;
  refused(error: LabError): void;
  suspend(suspended: boolean): void;
  send(wire: Uint8Array): void;
}

/** Bytes as they are. */
export class RawDialect implements Dialect {
  readonly kind = 'raw';
  readonly takesNotices = false;
  readonly #host: DialectHost;

  constructor(host: DialectHost) {
    this.#host = host;
  }

  start(): void {}

  letIn(): void {}

  receive(wire: Uint8Array): void {
    this.#host.type(wire);
  }

  encode(bytes: Uint8Array): Uint8Array {
    return bytes;
  }

  dispose(): void {}
}
