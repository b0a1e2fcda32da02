import { ORPCError } from '@orpc/client';
import { createStore, type StoreApi } from 'zustand/vanilla';
import type { Board, TeachRole, TeachSession } from '../../../main/contract/index.ts';
import type { LabClient } from '../../lib/lab/link.ts';
import { type TeachMemory, type TeachStage, teachStages } from './teachMemory.ts';

export interface TeachingState {
  /** Null until the core has said where it stands. */
  readonly session: TeachSession | null;
  readonly stage: TeachStage;
  /** The core has forgotten it: 15 minutes without news, or it was started anew. */
  readonly over: boolean;
}

export type FinishInput = Omit<Parameters<LabClient['teach']['finish']>[0], 'teachId'>;

/**
 * One board being taught from this window. The core watches the cables and says what to do; this knows only how far
 * the user is in the order console, cable, socket, name. Calls reject with what the core said.
 */
export class Teaching {
  readonly store: StoreApi<TeachingState>;
  readonly #client: () => LabClient;
  readonly #memory: TeachMemory;
  readonly #retryMs: number;
  #teachId: string | null;
  #stream = new AbortController();
  /** What is asked of the core now. Never rejects. */
  #acting: Promise<void> = Promise.resolve();
  /** Ended by this window: that the core forgets it is no news. */
  #ended = false;

  constructor(client: () => LabClient, memory: TeachMemory, retryMs = 1000) {
    this.#client = client;
    this.#memory = memory;
    this.#retryMs = retryMs;
    const place = memory.read();
    this.#teachId = place?.teachId ?? null;
    this.store = createStore(() => ({ session: null, stage: place?.stage ?? 'console', over: false }));
  }

  /** Takes up what this window left, or begins; then hears of every step until `signal`, over lost connections too. */
  async follow(signal: AbortSignal): Promise<void> {
    this.#remember();
    while (!signal.aborted) {
      try {
        await this.#begun();
        await this.#listen(signal);
      } catch (error) {
        if (isGone(error) && !this.#ended && !signal.aborted) {
          if (this.store.getState().session !== null) {
            this.store.setState({ over: true });
            return;
          }
          // It ended while this window was not looking: nothing to be told about.
          this.#forget();
          continue;
        }
      }
      const interrupted = this.#stream.signal.aborted;
      await this.#acting;
      if (this.#ended) return;
      if (!signal.aborted && !interrupted) await new Promise((resolve) => setTimeout(resolve, this.#retryMs));
    }
  }

  /** Forgets all that was learned and begins at the first cable. */
  async startOver(): Promise<void> {
    const before = this.#teachId;
    await this.#act(async () => {
      this.#forget();
      if (before !== null) await this.#client().teach.cancel({ teachId: before });
    });
  }

  /** Waits for one cable to be pulled. */
  async watch(role: TeachRole): Promise<void> {
    await this.#act(async () => {
      const session = await this.#client().teach.watch({ teachId: this.#id(), role });
      this.#stand(session, role);
    });
  }

  /** Goes on to the next cable, or to the name; what is watched for is left out. */
  async next(): Promise<void> {
    const next = teachStages[teachStages.indexOf(this.store.getState().stage) + 1] ?? 'name';
    await this.#act(async () => {
      const { teach } = this.#client();
      const teachId = this.#id();
      const ready = await teach.skip({ teachId });
      this.#stand(next === 'name' ? ready : await teach.watch({ teachId, role: next }), next);
    });
  }

  async choose(index: number): Promise<void> {
    await this.#act(async () =>
      this.#heard(await this.#client().teach.choose({ teachId: this.#id(), index })),
    );
  }

  async forget(index: number): Promise<void> {
    await this.#act(async () =>
      this.#heard(await this.#client().teach.forget({ teachId: this.#id(), index })),
    );
  }

  async finish(input: FinishInput): Promise<Board> {
    return await this.#act(async () => {
      const board = await this.#client().teach.finish({ ...input, teachId: this.#id() });
      this.#ended = true;
      this.#memory.write(null);
      return board;
    });
  }

  /** The dialog closes: what was learned is kept for the next time, and without anything nothing is. */
  async leave(): Promise<void> {
    const { session, stage, over } = this.store.getState();
    const teachId = this.#teachId;
    this.#ended = true;
    if (teachId === null) return;
    const keeps = !over && session !== null && session.found.length > 0;
    this.#memory.write(keeps ? { teachId, stage, open: false } : null);
    await this.#act(async () => {
      const { teach } = this.#client();
      await (keeps ? teach.skip({ teachId }) : teach.cancel({ teachId }));
    });
  }

  /**
   * Does not listen while the core is asked: what the stream told before might come after the answer, and is older.
   * What follows is then told from the start by another stream.
   */
  async #act<T>(work: () => Promise<T>): Promise<T> {
    this.#stream.abort();
    const done = work();
    this.#acting = done.then(
      () => undefined,
      () => undefined,
    );
    return await done;
  }

  /** Waits for the first cable as soon as there is a session. */
  async #begun(): Promise<void> {
    if (this.#teachId !== null) return;
    const { teachId } = await this.#client().teach.start();
    this.#teachId = teachId;
    this.#remember();
    await this.watch('console');
  }

  async #listen(closed: AbortSignal): Promise<void> {
    const teachId = this.#id();
    this.#stream = new AbortController();
    const signal = AbortSignal.any([closed, this.#stream.signal]);
    for await (const session of await this.#client().teach.changes({ teachId }, { signal })) {
      if (signal.aborted) return;
      this.#heard(session);
    }
  }

  #heard(session: TeachSession): void {
    if (session.teachId === this.#teachId) this.store.setState({ session });
  }

  /** Both at once: nothing between them is shown. */
  #stand(session: TeachSession, stage: TeachStage): void {
    this.store.setState({ session, stage });
    this.#remember();
  }

  #remember(): void {
    if (this.#teachId === null) return;
    this.#memory.write({ teachId: this.#teachId, stage: this.store.getState().stage, open: true });
  }

  #forget(): void {
    this.#teachId = null;
    this.#memory.write(null);
    this.store.setState({ session: null, stage: 'console', over: false });
  }

  #id(): string {
    if (this.#teachId === null) throw new Error('no teaching has begun');
    return this.#teachId;
  }
}

function isGone(error: unknown): boolean {
  return error instanceof ORPCError && error.code === 'NOT_FOUND';
}
