import { EventEmitter, once } from 'node:events';

const waitMs = 60_000;

/** A client of one event stream (text/event-stream): all that came, in order. */
export class EventReader<T> {
  readonly received: { readonly value: T; readonly atMs: number }[] = [];
  readonly #stop = new AbortController();
  readonly #came = new EventEmitter<{ value: [] }>().setMaxListeners(0);

  private constructor() {}

  static async open<T>(url: string): Promise<EventReader<T>> {
    const reader = new EventReader<T>();
    const answer = await fetch(url, { signal: reader.#stop.signal });
    if (!answer.ok || answer.body === null) throw new Error(`${url}: ${answer.status}`);
    void reader.#read(answer.body).catch(() => {});
    return reader;
  }

  get last(): T | undefined {
    return this.received.at(-1)?.value;
  }

  /** Resolves with the first value from `from` on that fits, also one that has come already. */
  async until(fits: (value: T) => boolean, from = 0, patienceMs = waitMs): Promise<T> {
    const signal = AbortSignal.timeout(patienceMs);
    for (let index = from; ; index += 1) {
      while (index >= this.received.length)
        await once(this.#came, 'value', { signal }).catch(() => {
          throw new Error(`waited in vain; last: ${JSON.stringify(this.last)?.slice(0, 2000)}`);
        });
      const value = this.received[index]?.value as T;
      if (fits(value)) return value;
    }
  }

  close(): void {
    this.#stop.abort();
  }

  async #read(body: ReadableStream<Uint8Array>): Promise<void> {
    const decoder = new TextDecoder();
    let rest = '';
    for await (const bytes of body) {
      const messages = (rest + decoder.decode(bytes, { stream: true })).split('\n\n');
      rest = messages.pop() ?? '';
      for (const message of messages) this.#take(message);
    }
  }

  #take(message: string): void {
    const lines = message.split('\n');
    const data = lines.filter((line) => line.startsWith('data:')).map((line) => line.slice(5).trimStart());
    const isMessage = lines.includes('event: message');
    if (!isMessage || data.length === 0) return;
    this.received.push({ value: JSON.parse(data.join('\n')) as T, atMs: performance.now() });
    this.#came.emit('value');
  }
}
