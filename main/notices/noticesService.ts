import type { Clock } from '../base/clock.ts';
import { Emitter, type Event } from '../base/emitter.ts';
import type { Notice } from '../contract/index.ts';

/** What the user should know though nobody asked. One topic has one notice: news replaces it. */
export class NoticesService {
  readonly #notices = new Map<string, Notice>();
  readonly #changed = new Emitter<void>();
  readonly #clock: Clock;
  readonly onDidChange: Event<void> = this.#changed.event;

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  list(): Notice[] {
    return [...this.#notices.values()];
  }

  post(topic: string, notice: { severity: Notice['severity']; title: string; text: string }): void {
    this.#notices.set(topic, { noticeId: topic, atMs: this.#clock.nowMs(), ...notice });
    this.#changed.fire();
  }

  /** Puts it away; harmless when it is gone already. */
  dismiss(topic: string): void {
    if (this.#notices.delete(topic)) this.#changed.fire();
  }
}
