import { once } from 'node:events';
import { WebSocket } from 'ws';
import type { HeadlessHost } from '../fakes/headlessHost.ts';
import { waitFor, withTimeout } from './waiting.ts';

const timeoutMs = 10_000;

/**
 * Makes a running core collect its garbage on demand: what it retains shows only then. Node opens its inspector on
 * SIGUSR1, and that can do it; nothing of the core is changed for it.
 */
export class GarbageCollector {
  readonly #socket: WebSocket;
  #calls = 0;

  private constructor(socket: WebSocket) {
    this.#socket = socket;
  }

  static async attach(host: HeadlessHost): Promise<GarbageCollector> {
    process.kill(host.pid, 'SIGUSR1');
    const url = await waitFor(
      () => /ws:\/\/\S+/.exec(host.stderr.join('\n'))?.[0] ?? null,
      timeoutMs,
      'the core opens its inspector',
    );
    const socket = new WebSocket(url);
    await withTimeout(once(socket, 'open'), timeoutMs, 'the inspector answers');
    return new GarbageCollector(socket);
  }

  async collect(): Promise<void> {
    this.#calls += 1;
    const id = this.#calls;
    const collected = new Promise<void>((resolve) => {
      const hear = (text: unknown) => {
        if (JSON.parse(String(text)).id !== id) return;
        this.#socket.off('message', hear);
        resolve();
      };
      this.#socket.on('message', hear);
    });
    this.#socket.send(JSON.stringify({ id, method: 'HeapProfiler.collectGarbage' }));
    await withTimeout(collected, timeoutMs, 'the core collects its garbage');
  }

  close(): void {
    this.#socket.close();
  }
}
