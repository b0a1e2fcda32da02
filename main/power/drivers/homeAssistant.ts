import { z } from 'zod';
import { fail, type HomeAssistantPower, type PowerState, type SwitchState } from '../../contract/index.ts';
import { BackendOutlet } from './backendOutlet.ts';
import type { DriverDeps } from './driverDeps.ts';
import type { Answer } from './http/exchange.ts';
import { bearer } from './http/logIn.ts';
import type { Ask } from './http/outletHttp.ts';
import { HttpBackend } from './httpBackend.ts';
import type { Flow, OutletBackend, Sending } from './outletBackend.ts';

const entity = z.object({
  state: z.string(),
  attributes: z.object({ unit_of_measurement: z.string().optional() }).optional(),
});
const changed = z.array(z.object({ entity_id: z.string() }));

const wattsIn = new Map([
  ['mW', 0.001],
  ['W', 1],
  ['kW', 1000],
  ['MW', 1_000_000],
]);

const setToken =
  'Set a long-lived access token as its password: Home Assistant makes one under your profile, Security. After many wrong ones it bans this machine (ip_bans.yaml).';

/**
 * A switch of Home Assistant by its REST API (https://developers.home-assistant.io/docs/api/rest/): `POST
 * /api/services/switch/turn_on` with the entity, answered with what changed meanwhile; `GET /api/states/<entity>` is its state,
 * which may follow later. The token goes in the header.
 */
class HomeAssistantBackend extends HttpBackend<HomeAssistantPower> implements OutletBackend {
  readonly kind = 'home-assistant';
  readonly measure?: NonNullable<OutletBackend['measure']>;

  constructor(binding: HomeAssistantPower, deps: DriverDeps) {
    super(binding, deps);
    const sensor = binding.powerEntityId;
    if (sensor !== null) this.measure = (signal) => this.#measure(sensor, signal);
  }

  get label(): string {
    return `${this.binding.entityId} of Home Assistant on ${this.http.host}`;
  }

  get identity(): string {
    return `home-assistant ${this.http.address} ${this.binding.entityId}`;
  }

  async switchTo(state: SwitchState, signal: AbortSignal, sending: Sending): Promise<void> {
    const { entityId } = this.binding;
    const service = `/api/services/${entityId.split('.')[0]}/turn_${state}`;
    const answer = await this.#ask(
      { method: 'POST', path: service, json: { entity_id: entityId }, sending },
      signal,
    );
    const list = this.http.parse(answer, changed, 'Home Assistant');
    if (list.some(({ entity_id: id }) => id === entityId)) return;
    // It says yes to what it does not know and to what it does not reach, too.
    const { state: now } = await this.#entity(entityId, signal, sending);
    if (now !== 'unavailable') return;
    sending.refused();
    fail(
      'DEVICE_GONE',
      `Home Assistant does not reach ${entityId}`,
      'Look whether the outlet has power and is on its network.',
    );
  }

  async readState(signal: AbortSignal): Promise<PowerState> {
    const { state } = await this.#entity(this.binding.entityId, signal);
    return state === 'on' || state === 'off' ? state : 'unknown';
  }

  async #measure(sensor: string, signal: AbortSignal): Promise<Flow | null> {
    const { state, attributes } = await this.#entity(sensor, signal);
    const factor = wattsIn.get(attributes?.unit_of_measurement ?? '');
    if (factor === undefined || !/^-?\d+(\.\d+)?(e[+-]?\d+)?$/i.test(state)) return null;
    return { watts: Number(state) * factor, volts: null, amperes: null };
  }

  async #entity(id: string, signal: AbortSignal, sending?: Sending): Promise<z.infer<typeof entity>> {
    const answer = await this.#ask({ path: `/api/states/${id}` }, signal);
    if (answer.status === 404) {
      sending?.refused();
      fail(
        'COMMAND_FAILED',
        `Home Assistant on ${this.http.host} knows no ${id}`,
        'Look at its name under Settings, Entities.',
      );
    }
    return this.http.parse(answer, entity, 'Home Assistant');
  }

  async #ask(ask: Ask, signal: AbortSignal): Promise<Answer> {
    const token = await this.secret();
    if (token === null) throw this.http.unauthorized(setToken);
    const answer = await this.http.ask({ ...ask, headers: { authorization: bearer(token) } }, signal);
    if (answer.status === 200 || (answer.status === 404 && ask.method !== 'POST')) return answer;
    throw this.http.refusal(answer, setToken);
  }
}

/** One switch Home Assistant knows. */
export class HomeAssistantOutlet extends BackendOutlet {
  constructor(binding: HomeAssistantPower, deps: DriverDeps) {
    super(new HomeAssistantBackend(binding, deps), deps);
  }
}
