import { EventEmitter, once } from 'node:events';

const waitMs = 60_000;

/** A serial line seen from the device: what arrives is kept, and can be waited for. */
export class SerialEnd {
  /** All that arrived from the host, each byte a character. */
  received = '';
  readonly #send: (data: Buffer) => void;
  readonly #listeners = new Set<(text: string) => void>();
  readonly #changed = new EventEmitter<{ change: [] }>().setMaxListeners(0);

  constructor(send: (data: Buffer) => void) {
    this.#send = send;
  }

  print(text: string | Buffer): void {
    this.#send(typeof text === 'string' ? Buffer.from(text) : text);
  }

  onReceived(listener: (text: string) => void): void {
    this.#listeners.add(listener);
  }

  receive(data: Buffer): void {
    const text = data.toString('latin1');
    this.received += text;
    for (const listener of this.#listeners) listener(text);
    this.changed();
  }

  /** Resolves once `fits` holds; it is asked again whenever the host did something on this line. */
  async until(fits: (line: this) => boolean): Promise<void> {
    const signal = AbortSignal.timeout(waitMs);
    while (!fits(this))
      await once(this.#changed, 'change', { signal }).catch(() => {
        throw new Error(`waited in vain; the line received ${JSON.stringify(this.received)}`);
      });
  }

  protected changed(): void {
    this.#changed.emit('change');
  }
}
