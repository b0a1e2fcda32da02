import { z } from 'zod';
import { fail, type PowerState, type SwitchState } from '../../contract/index.ts';
import { askBasic } from './http/logIn.ts';
import type { Flow, Sending } from './outletBackend.ts';
import { type ShellyApi, type ShellyChannel, setPassword } from './shellyApi.ts';

const relay = z.object({ ison: z.boolean(), overpower: z.boolean().optional() });
const meter = z.object({ power: z.number(), is_valid: z.boolean().optional() });

/**
 * Shelly devices of the first generation (https://shelly-api-docs.shelly.cloud/gen1/, "/relay/{index}" and "/meter/{index}"):
 * `GET /relay/0?turn=on`, answered with the state it then has. Basic authentication where it is restricted.
 */
export class ShellyGen1 implements ShellyApi {
  readonly #channel: ShellyChannel;

  constructor(channel: ShellyChannel) {
    this.#channel = channel;
  }

  async switchTo(state: SwitchState, signal: AbortSignal, sending: Sending): Promise<void> {
    const { http, index, label } = this.#channel;
    const { ison, overpower } = await this.#relay({ turn: state }, signal, sending);
    if (state === 'off' || ison || overpower !== true) return;
    sending.refused();
    fail(
      'COMMAND_FAILED',
      `${label} stays off: it has cut off an overload`,
      'Look what hangs on it; its page clears the alarm.',
      {
        details: { host: http.host, channel: index },
      },
    );
  }

  async readState(signal: AbortSignal): Promise<PowerState> {
    return (await this.#relay({}, signal)).ison ? 'on' : 'off';
  }

  async measure(signal: AbortSignal): Promise<Flow | 'none' | null> {
    const { http, index, who } = this.#channel;
    const answer = await askBasic(http, { path: `/meter/${index}` }, await who(), signal);
    if (answer.status === 404) return 'none';
    if (answer.status !== 200) throw http.refusal(answer, setPassword);
    const { power, is_valid: isValid } = http.parse(answer, meter, 'a meter of a Shelly');
    return isValid === false ? null : { watts: power, volts: null, amperes: null };
  }

  async #relay(
    query: Record<string, string>,
    signal: AbortSignal,
    sending?: Sending,
  ): Promise<z.infer<typeof relay>> {
    const { http, index, who } = this.#channel;
    const ask = { path: `/relay/${index}`, query, ...(sending ? { sending } : {}) };
    const answer = await askBasic(http, ask, await who(), signal);
    if (answer.status !== 200) throw http.refusal(answer, setPassword);
    return http.parse(answer, relay, 'a relay of a Shelly');
  }
}
