import { z } from 'zod';
import { LabError, type PowerState, type ShellyPower, type SwitchState } from '../../contract/index.ts';
import { BackendOutlet } from './backendOutlet.ts';
import type { DriverDeps } from './driverDeps.ts';
import { HttpBackend } from './httpBackend.ts';
import type { Flow, OutletBackend, Sending } from './outletBackend.ts';
import { type ShellyApi, setPassword } from './shellyApi.ts';
import { ShellyGen1 } from './shellyGen1.ts';
import { ShellyGen2 } from './shellyGen2.ts';

/** Of `GET /shelly`, which both generations answer without a log-in: only the later ones name theirs. */
const identity = z.union([
  z.object({ gen: z.int().min(2) }).transform(() => 2 as const),
  z.object({ type: z.string(), gen: z.undefined().optional() }).transform(() => 1 as const),
]);

/** A Shelly of either generation; which one it is is asked once, where the binding does not say. */
class ShellyBackend extends HttpBackend<ShellyPower> implements OutletBackend {
  readonly kind = 'shelly';
  #found: ShellyApi | null = null;

  get label(): string {
    return `channel ${this.binding.channel} of ${this.http.host}`;
  }

  get identity(): string {
    return `shelly ${this.http.address} ${this.binding.channel}`;
  }

  switchTo(state: SwitchState, signal: AbortSignal, sending: Sending): Promise<void> {
    return this.#with(signal, (api) => api.switchTo(state, signal, sending));
  }

  readState(signal: AbortSignal): Promise<PowerState> {
    return this.#with(signal, (api) => api.readState(signal));
  }

  measure(signal: AbortSignal): Promise<Flow | 'none' | null> {
    return this.#with(signal, (api) => api.measure(signal));
  }

  async #with<T>(signal: AbortSignal, use: (api: ShellyApi) => Promise<T>): Promise<T> {
    this.#found ??= this.#make(await this.#generation(signal));
    try {
      return await use(this.#found);
    } catch (error) {
      // Another device may have got this address since it was asked.
      if (error instanceof LabError && error.code === 'COMMAND_FAILED') this.#found = null;
      throw error;
    }
  }

  #make(generation: 1 | 2): ShellyApi {
    const who = async () => ({ user: this.binding.user || 'admin', password: await this.secret() });
    const channel = { http: this.http, index: this.binding.channel, label: this.label, who };
    return generation === 1 ? new ShellyGen1(channel) : new ShellyGen2(channel);
  }

  async #generation(signal: AbortSignal): Promise<1 | 2> {
    if (this.binding.generation !== 'auto') return this.binding.generation;
    const answer = await this.http.ask({ path: '/shelly' }, signal);
    if (answer.status !== 200) throw this.http.refusal(answer, setPassword);
    return this.http.parse(answer, identity, 'a Shelly');
  }
}

/** One switched channel of a Shelly device. */
export class ShellyOutlet extends BackendOutlet {
  constructor(binding: ShellyPower, deps: DriverDeps) {
    super(new ShellyBackend(binding, deps), deps);
  }
}
