import { Emitter } from '../../base/emitter.ts';
import { messageOf } from '../../base/errno.ts';
import type { Logger } from '../../base/logger.ts';
import type { Gap, PendingOutput } from './pendingOutput.ts';

export interface RecorderState {
  readonly state: 'recording' | 'paused';
  readonly reason: string | null;
  readonly lostBytes: number;
}

/** Whether the disk takes what is recorded. While it refuses, memory keeps what fits and the rest is given up. */
export class RecordingState {
  readonly #pending: PendingOutput;
  readonly #logger: Logger;
  readonly #changed = new Emitter<RecorderState>();
  #reason: string | null = null;
  readonly onDidChange = this.#changed.event;

  constructor(pending: PendingOutput, logger: Logger) {
    this.#pending = pending;
    this.#logger = logger;
  }

  get isPaused(): boolean {
    return this.#reason !== null;
  }

  get now(): RecorderState {
    return {
      state: this.#reason === null ? 'recording' : 'paused',
      reason: this.#reason,
      lostBytes: this.#pending.lostBytes,
    };
  }

  /** The disk refused, with this error. */
  pause(error: unknown): void {
    const reason = messageOf(error);
    const news = this.#reason === null;
    this.#reason = reason;
    this.giveUpOldest();
    if (news) {
      this.#logger.error('recording paused', { reason });
      this.#changed.fire(this.now);
    }
  }

  /** The disk took it again. `mark` is given what was given up meanwhile, if anything was. */
  resume(mark: (gap: Gap) => void): void {
    this.#reason = null;
    const gap = this.#pending.takeGap();
    if (gap) mark(gap);
    this.#logger.info('recording goes on');
    this.#changed.fire(this.now);
  }

  /** Whatever the disk said last, it is asked once more; nobody is told. */
  forget(): void {
    this.#reason = null;
  }

  /** Not while a write is under way: what it holds would lose its place. */
  giveUpOldest(): void {
    if (this.#pending.giveUpOldest()) this.#changed.fire(this.now);
  }
}
