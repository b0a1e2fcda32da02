import type { Clock } from '../../base/clock.ts';
import { isRunningNow, type ProcessIdentity, signalProcess } from './processIdentity.ts';

const idleAfterMs = 5000;
// Ten rounds a second: each costs the core about a millisecond of work, and a guest that wakes by itself is up to
// one rest late.
const runMs = 10;
const restMs = 90;

/**
 * U-Boot polls its UART, so that an idle prompt burns a whole core. When the console has been silent both ways
 * for 5 s the emulator runs a tenth of the time (SIGSTOP, SIGCONT), as on a slower machine: the guest's clock
 * follows real time, so that its `sleep 10` still takes 10 s. The first byte in either direction ends it.
 * QMP's `stop` would not do: it stops the guest's clock too.
 *
 * Only where a process is identified at once (Linux): a signal must never meet a recycled pid. A core that is
 * killed during a rest leaves the board frozen until the next one adopts it (or ends it).
 */
export class IdleThrottle {
  readonly #identity: ProcessIdentity;
  readonly #clock: Clock;
  readonly #end = new AbortController();
  #touchedMs: number;
  #rest: AbortController | null = null;

  constructor(identity: ProcessIdentity, clock: Clock) {
    this.#identity = identity;
    this.#clock = clock;
    this.#touchedMs = clock.nowMs();
    void this.#loop();
  }

  /** The console is in use: full speed, now. */
  touch(): void {
    this.#touchedMs = this.#clock.nowMs();
    if (this.#rest) this.#resume(this.#rest);
  }

  dispose(): void {
    if (this.#rest) this.#resume(this.#rest);
    this.#end.abort();
  }

  async #loop(): Promise<void> {
    const end = this.#end.signal;
    while (!end.aborted) {
      const busyMs = idleAfterMs - (this.#clock.nowMs() - this.#touchedMs);
      if (busyMs > 0) await this.#sleep(Math.min(busyMs, idleAfterMs), end);
      else if (!isRunningNow(this.#identity)) return;
      else {
        const rest = new AbortController();
        this.#rest = rest;
        signalProcess(this.#identity.pid, 'SIGSTOP');
        await this.#sleep(restMs, rest.signal);
        this.#resume(rest);
        await this.#sleep(runMs, end);
      }
    }
  }

  #resume(rest: AbortController): void {
    if (this.#rest !== rest) return;
    this.#rest = null;
    // Harmless even if it was killed meanwhile and somebody else has its pid.
    signalProcess(this.#identity.pid, 'SIGCONT');
    rest.abort();
  }

  #sleep(ms: number, signal: AbortSignal): Promise<void> {
    return this.#clock.sleep(ms, signal).catch(() => {});
  }
}
