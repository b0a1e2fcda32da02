import type { PowerChange } from '../../main/contract/index.ts';

/** When a client heard that a board was commanded so, by this process' monotonic clock. */
export interface Heard {
  readonly boardId: string;
  readonly commanded: string | null;
  readonly atMs: number;
}

/** A client of the power events (`GET /events/power`) that notes when it heard what. */
export class PowerWatch {
  readonly heard: Heard[] = [];
  readonly #stop = new AbortController();

  /** Resolves once the stream has begun. */
  static async open(host: { readonly url: string; readonly token: string }): Promise<PowerWatch> {
    const watch = new PowerWatch();
    const answer = await fetch(`${host.url}/api/v1/events/power`, {
      headers: { authorization: `Bearer ${host.token}` },
      signal: watch.#stop.signal,
    });
    if (!answer.ok || answer.body === null) throw new Error(`no power events: ${answer.status}`);
    void watch.#read(answer.body).catch(() => {});
    return watch;
  }

  close(): void {
    this.#stop.abort();
  }

  async #read(body: ReadableStream<Uint8Array>): Promise<void> {
    let text = '';
    const decoder = new TextDecoder();
    for await (const chunk of body) {
      const atMs = performance.now();
      text += decoder.decode(chunk, { stream: true });
      const lines = text.split('\n');
      text = lines.pop() ?? '';
      for (const line of lines) {
        if (!line.startsWith('data: {')) continue;
        const change = JSON.parse(line.slice('data: '.length)) as PowerChange;
        if (change.type !== 'reading') continue;
        const { boardId, commanded } = change.reading;
        this.heard.push({ boardId, commanded, atMs });
      }
    }
  }
}
