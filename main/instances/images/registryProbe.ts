import type { Clock } from '../../base/clock.ts';
import { answers } from './webProbe.ts';

const registry = 'https://registry-1.docker.io/v2/';
const probeMs = 4000;
/** A laptop that comes back to its network should not have to wait for long. */
const rememberMs = 5 * 60_000;

/**
 * Whether the registry of Debian's images can be reached. `unknown`: there is a proxy, which the engine knows how to
 * use and this does not. An engine asked to pull without a net may try for minutes; this takes seconds, and is
 * remembered while the answer is no.
 */
export class RegistryProbe {
  readonly #clock: Clock;
  readonly #isReachable: (signal?: AbortSignal) => Promise<boolean>;
  #deadUntilMs = 0;

  constructor(clock: Clock, isReachable?: (signal?: AbortSignal) => Promise<boolean>) {
    this.#clock = clock;
    this.#isReachable = isReachable ?? ((signal) => answers(registry, 'anything', probeMs, signal));
  }

  async look(signal?: AbortSignal): Promise<'yes' | 'no' | 'unknown'> {
    const leftMs = this.#deadUntilMs - this.#clock.nowMs();
    // More is left than was ever set: the clock was put back.
    if (leftMs > 0 && leftMs <= rememberMs) return 'no';
    if (await this.#isReachable(signal)) return 'yes';
    signal?.throwIfAborted();
    if (hasProxy(process.env)) return 'unknown';
    this.noteFailure();
    return 'no';
  }

  /** Pulling from it failed. */
  noteFailure(): void {
    this.#deadUntilMs = this.#clock.nowMs() + rememberMs;
  }
}

function hasProxy(env: NodeJS.ProcessEnv): boolean {
  return ['https_proxy', 'HTTPS_PROXY', 'all_proxy', 'ALL_PROXY'].some((name) => (env[name] ?? '') !== '');
}
