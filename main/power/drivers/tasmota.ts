import { z } from 'zod';
import {
  fail,
  LabError,
  type PowerState,
  type SwitchState,
  type TasmotaPower,
} from '../../contract/index.ts';
import { BackendOutlet } from './backendOutlet.ts';
import type { DriverDeps } from './driverDeps.ts';
import { HttpBackend } from './httpBackend.ts';
import type { Flow, OutletBackend, Sending } from './outletBackend.ts';

const answer = z.record(z.string(), z.unknown());
/** One number, or one for each phase or channel. */
const figure = z.union([z.number(), z.array(z.number()).min(1)]);
const sensors = z.object({
  StatusSNS: z.object({
    ENERGY: z.object({ Power: figure, Voltage: figure.optional(), Current: figure.optional() }).optional(),
  }),
});

const setPassword = "Set the outlet's password: the one of its web page.";

/**
 * A relay of a Tasmota device (https://tasmota.github.io/docs/Commands/, "With web requests"): `GET /cm?cmnd=Power1%20On`,
 * answered with the state it then has, `{"POWER1":"ON"}`, or `{"POWER":"ON"}` where it has one relay. `Status 8` is the meter.
 * User and password go in the query; without them it says `WARNING`, with status 401, and with 200 before version 8.2.
 */
class TasmotaBackend extends HttpBackend<TasmotaPower> implements OutletBackend {
  readonly kind = 'tasmota';

  get label(): string {
    return `relay ${this.binding.relay} of ${this.http.host}`;
  }

  get identity(): string {
    return `tasmota ${this.http.address} ${this.binding.relay}`;
  }

  async switchTo(state: SwitchState, signal: AbortSignal, sending: Sending): Promise<void> {
    try {
      this.#stateIn(
        await this.#command(`Power${this.binding.relay} ${state === 'on' ? 'On' : 'Off'}`, signal, sending),
      );
    } catch (error) {
      // It says so before it does anything.
      if (error instanceof LabError && error.code === 'UNAUTHORIZED') sending.refused();
      throw error;
    }
  }

  async readState(signal: AbortSignal): Promise<PowerState> {
    return this.#stateIn(await this.#command(`Power${this.binding.relay}`, signal));
  }

  async measure(signal: AbortSignal): Promise<Flow | 'none' | null> {
    const said = sensors.safeParse(await this.#command('Status 8', signal));
    if (!said.success) return null;
    const { ENERGY: energy } = said.data.StatusSNS;
    if (!energy) return 'none';
    const mine = (figures: z.infer<typeof figure> | undefined) =>
      Array.isArray(figures) ? figures[this.binding.relay - 1] : figures;
    const watts = mine(energy.Power);
    if (watts === undefined) return null;
    return { watts, volts: mine(energy.Voltage) ?? null, amperes: mine(energy.Current) ?? null };
  }

  async #command(cmnd: string, signal: AbortSignal, sending?: Sending): Promise<Record<string, unknown>> {
    const secret = await this.secret();
    const query = {
      cmnd,
      // `admin` is what Tasmota calls its user unless told otherwise.
      ...(secret === null ? {} : { user: this.binding.user || 'admin', password: secret }),
    };
    const got = await this.http.ask({ path: '/cm', query, ...(sending ? { sending } : {}) }, signal);
    if (got.status === 401 || got.status === 403) throw this.http.refusal(got, setPassword);
    const said = this.http.parse(got, answer, 'Tasmota');
    if ('WARNING' in said) throw this.http.unauthorized(setPassword, got.status);
    if (got.status !== 200) throw this.http.refusal(got, setPassword);
    return said;
  }

  #stateIn(said: Record<string, unknown>): SwitchState {
    const { relay } = this.binding;
    const word = said[`POWER${relay}`] ?? (relay === 1 ? said.POWER : undefined);
    const state = typeof word === 'string' ? word.toLowerCase() : null;
    if (state === 'on' || state === 'off') return state;
    if (state !== null)
      fail(
        'COMMAND_FAILED',
        `${this.http.host} has words of its own for on and off`,
        'Set StateText1 to OFF and StateText2 to ON in its console.',
      );
    fail('COMMAND_FAILED', `${this.http.host} knows no relay ${relay}`, 'Look how many relays it has.');
  }
}

/** One relay of a Tasmota device. */
export class TasmotaOutlet extends BackendOutlet {
  constructor(binding: TasmotaPower, deps: DriverDeps) {
    super(new TasmotaBackend(binding, deps), deps);
  }
}
