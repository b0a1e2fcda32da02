import type { Writable } from 'node:stream';
import type { Disposable } from '../../base/disposable.ts';
import type { ViewerEvent } from '../viewer.ts';
import type { ClientPace } from './patience.ts';
import type { SharedConsole } from './sharedConsole.ts';

/** Who watches and does not type is told of a steady stream this often. */
const watchingPaceMs = 50;
/** Who types waits for the answer. */
const typingPaceMs = 1;
/** ... for so long after the last key. */
const conversationMs = 2_000;

export interface ClientFeedOptions {
  readonly console: SharedConsole;
  readonly socket: Writable;
  readonly windowBytes: number;
  /** How the bytes look on the wire. */
  readonly encode: (bytes: Uint8Array) => Uint8Array;
  /** Bytes were left out. */
  readonly onSkipped: (bytes: number) => void;
  /** The console is no more. */
  readonly onEnded: (message: string) => void;
}

/** Hands one client what is printed from now on, as fast as its kernel takes it. */
export class ClientFeed implements Disposable {
  readonly #options: ClientFeedOptions;
  readonly #viewer: ReturnType<SharedConsole['view']>;
  /** While the client types; it then gets every byte at once. */
  #conversation: NodeJS.Timeout | null = null;
  #takenBytes = 0;
  #suspended = false;
  /** Came while suspended; never more than the window. */
  #held: Uint8Array[] = [];

  constructor(options: ClientFeedOptions) {
    this.#options = options;
    const { console, windowBytes } = options;
    // From the end on: a line that is opened does not repeat itself either. Nor are bytes left out of a stream that
    // may be a file transfer: who is too far behind is let go instead (see `Connection.checkPace`).
    this.#viewer = console.view(Number.MAX_SAFE_INTEGER, (event) => this.#hear(event), {
      windowBytes,
      maxLagBytes: Number.MAX_SAFE_INTEGER,
    });
    this.#viewer.setPace(watchingPaceMs);
  }

  get pace(): ClientPace {
    return { behindBytes: this.#viewer.behindBytes, takenBytes: this.#takenBytes };
  }

  /** The client asked for silence (FLOWCONTROL-SUSPEND), or takes that back. Nobody else notices. */
  suspend(suspended: boolean): void {
    this.#suspended = suspended;
    if (suspended) return;
    for (const bytes of this.#held.splice(0)) this.#send(bytes);
  }

  /** The client sent something, and waits for what comes of it. */
  noteTyping(): void {
    if (this.#conversation) {
      this.#conversation.refresh();
      return;
    }
    this.#viewer.setPace(typingPaceMs);
    this.#conversation = setTimeout(() => {
      this.#conversation = null;
      this.#viewer.setPace(watchingPaceMs);
    }, conversationMs);
  }

  dispose(): void {
    if (this.#conversation) clearTimeout(this.#conversation);
    this.#viewer.dispose();
    this.#held = [];
  }

  #hear(event: ViewerEvent): void {
    if (event.type === 'data') {
      if (this.#suspended) this.#held.push(event.bytes);
      else this.#send(event.bytes);
    } else if (event.type === 'skipped') this.#options.onSkipped(event.skippedBytes);
    else if (event.type === 'ended') this.#options.onEnded(event.message);
  }

  #send(bytes: Uint8Array): void {
    this.#options.socket.write(this.#options.encode(bytes), () => {
      this.#takenBytes += bytes.length;
      this.#viewer.ack(bytes.length);
    });
  }
}
