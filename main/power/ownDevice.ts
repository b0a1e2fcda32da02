import type { OwnDeviceLook } from './ownSocket.ts';
import type { PowerFacts } from './powerFacts.ts';

/** Remembers when a board's own USB device came and left. */
export class OwnDevice {
  #socket: string | null = null;
  #facts: PowerFacts['ownDevice'] = null;

  get facts(): PowerFacts['ownDevice'] {
    return this.#facts;
  }

  /** `now`: null where there is none to watch. What comes before `sinceAtMs` is the state before. */
  look(now: OwnDeviceLook | null, nowMs: number, sinceAtMs: number): void {
    const before = this.#facts;
    if (now === null) this.#facts = null;
    // How long it has been so nobody knows: that is no news.
    else if (before === null || now.socket !== this.#socket)
      this.#facts = { there: now.there, changedAtMs: null, cameAtMs: null };
    else if (now.there !== before.there) {
      const comes = now.there && nowMs >= sinceAtMs;
      // A board may show one device after the other while it boots: the first is the sign.
      this.#facts = {
        there: now.there,
        changedAtMs: nowMs,
        cameAtMs: before.cameAtMs ?? (comes ? nowMs : null),
      };
    }
    this.#socket = now?.socket ?? null;
  }

  /** What came so far belongs to the state before. */
  listenAnew(): void {
    if (this.#facts) this.#facts = { ...this.#facts, cameAtMs: null };
  }
}
