import { createStore, type StoreApi } from 'zustand/vanilla';
import type { About } from '../../../main/contract/index.ts';
import { deferred } from './deferred.ts';
import { DisconnectedError, UnauthorizedError } from './labProblem.ts';
import type { LabClient, LabLink, OpenLink } from './link.ts';

/**
 * `connecting`: never been there yet. `reconnecting`: the core went and is expected back.
 * `unauthorized`: nothing more is tried until someone gives a token.
 */
export type ConnectionPhase = 'connecting' | 'connected' | 'reconnecting' | 'unauthorized';

const firstDelayMs = 250;
const longestDelayMs = 5000;
const answerTimeoutMs = 10_000;

/** Delay before attempt `attempt` (from 0): doubling, up to a limit. The first retry comes at once-ish. */
export function backOffMs(attempt: number): number {
  return Math.min(longestDelayMs, firstDelayMs * 2 ** attempt);
}

export interface ConnectionListener {
  /** A new way to the core; the signal aborts when that way is gone. */
  linked(link: LabLink, signal: AbortSignal): void;
  /** The core at its far end has answered. */
  answered(about: About): void;
}

/** Keeps one link to the core alive: opens it, tells who needs it, opens the next when it is gone. */
export class LabConnection {
  readonly phase: StoreApi<{ phase: ConnectionPhase }> = createStore(() => ({ phase: 'connecting' }));
  readonly #openLink: OpenLink;
  readonly #listener: ConnectionListener;
  readonly #stopped = new AbortController();
  #link: LabLink | null = null;
  #wake: () => void = () => {};

  constructor(openLink: OpenLink, listener: ConnectionListener) {
    this.#openLink = openLink;
    this.#listener = listener;
  }

  /** Throws DisconnectedError while no core is there: a call into a dead port would wait for ever. */
  client(): LabClient {
    if (this.#link === null) throw new DisconnectedError();
    return this.#link.client;
  }

  /** Ends the wait before the next attempt, as after a token was given. */
  retryNow(): void {
    this.#wake();
  }

  stop(): void {
    this.#stopped.abort();
    this.#link?.close();
    this.#wake();
  }

  async run(): Promise<void> {
    let attempt = 0;
    while (!this.#stopped.signal.aborted) {
      try {
        const link = await this.#openLink(this.#stopped.signal);
        attempt = (await this.#live(link)) ? 0 : attempt;
        this.#setPhase(this.phase.getState().phase === 'connecting' ? 'connecting' : 'reconnecting');
      } catch (error) {
        if (error instanceof UnauthorizedError) {
          this.#setPhase('unauthorized');
          await this.#woken(null);
          this.#setPhase('connecting');
          continue;
        }
      }
      if (!this.#stopped.signal.aborted) await this.#woken(backOffMs(attempt));
      attempt += 1;
    }
  }

  /** Resolves when the link is gone; true when the core had answered on it. */
  async #live(link: LabLink): Promise<boolean> {
    const gone = new AbortController();
    this.#link = link;
    this.#listener.linked(link, gone.signal);
    // Ports can be handed over by a shell whose core never comes up: only an answer counts as connected.
    const timer = setTimeout(() => link.close(), answerTimeoutMs);
    let answered = false;
    link.client.about.about().then(
      (about) => {
        clearTimeout(timer);
        answered = true;
        if (gone.signal.aborted) return;
        this.#listener.answered(about);
        this.#setPhase('connected');
      },
      () => link.close(),
    );
    await link.closed;
    clearTimeout(timer);
    this.#link = null;
    gone.abort();
    return answered;
  }

  #setPhase(phase: ConnectionPhase): void {
    if (this.phase.getState().phase !== phase) this.phase.setState({ phase });
  }

  #woken(timeoutMs: number | null): Promise<void> {
    const { promise, resolve } = deferred<void>();
    const timer = timeoutMs === null ? undefined : setTimeout(resolve, timeoutMs);
    this.#wake = resolve;
    return promise.finally(() => clearTimeout(timer));
  }
}
