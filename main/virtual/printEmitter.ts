import { Emitter, type Event } from '../base/emitter.ts';

/**
 * What a console prints. Until somebody listens for the first time the newest `holdBytes` are kept and handed
 * over then: an adopted board speaks before its console is wired. After that it is like any wire: what is
 * printed while nobody listens is gone.
 */
export class PrintEmitter {
  readonly #emitter = new Emitter<Uint8Array>();
  readonly #holdBytes: number;
  readonly #onDidDeliver: (bytes: number) => void;
  #held: Uint8Array[] | null = [];
  #heldBytes = 0;

  constructor(holdBytes: number, onDidDeliver: (bytes: number) => void = () => {}) {
    this.#holdBytes = holdBytes;
    this.#onDidDeliver = onDidDeliver;
  }

  readonly event: Event<Uint8Array> = (listener) => {
    const subscription = this.#emitter.event(listener);
    // Not at once: whoever subscribes has not got its subscription yet.
    if (this.#held) queueMicrotask(() => this.#release());
    return subscription;
  };

  fire(bytes: Uint8Array): void {
    if (this.#held) this.#hold(this.#held, bytes);
    else this.#deliver(bytes);
  }

  #hold(held: Uint8Array[], bytes: Uint8Array): void {
    held.push(bytes);
    this.#heldBytes += bytes.length;
    while (held.length > 1 && this.#heldBytes > this.#holdBytes) {
      const dropped = held.shift()?.length ?? 0;
      this.#heldBytes -= dropped;
      this.#onDidDeliver(dropped);
    }
  }

  #release(): void {
    const held = this.#held ?? [];
    this.#held = null;
    for (const bytes of held) this.#deliver(bytes);
  }

  #deliver(bytes: Uint8Array): void {
    this.#emitter.fire(bytes);
    this.#onDidDeliver(bytes.length);
  }
}
