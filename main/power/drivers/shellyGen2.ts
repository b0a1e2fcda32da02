import { z } from 'zod';
import { fail, type PowerState, type SwitchState } from '../../contract/index.ts';
import type { Answer } from './http/exchange.ts';
import { askDigest } from './http/logIn.ts';
import type { Flow, Sending } from './outletBackend.ts';
import { type ShellyApi, type ShellyChannel, setPassword } from './shellyApi.ts';

const done = z.object({ was_on: z.boolean() });
const status = z.object({
  output: z.boolean().nullable().optional(),
  apower: z.number().nullable().optional(),
  voltage: z.number().nullable().optional(),
  current: z.number().nullable().optional(),
  errors: z.array(z.string()).optional(),
});
const refusal = z.object({ code: z.int(), message: z.string() });

/**
 * Shelly devices of the second generation and later, by RPC over HTTP (https://shelly-api-docs.shelly.cloud/gen2/, "Switch" and
 * "Authentication"): `GET /rpc/Switch.Set?id=0&on=true`, `/rpc/Switch.GetStatus?id=0`. Digest authentication with SHA-256.
 */
export class ShellyGen2 implements ShellyApi {
  readonly #channel: ShellyChannel;

  constructor(channel: ShellyChannel) {
    this.#channel = channel;
  }

  async switchTo(state: SwitchState, signal: AbortSignal, sending: Sending): Promise<void> {
    const answer = await this.#call('Switch.Set', { on: state === 'on' ? 'true' : 'false' }, signal, sending);
    this.#channel.http.parse(answer, done, 'a switch of a Shelly');
  }

  async readState(signal: AbortSignal): Promise<PowerState> {
    const { output } = await this.#status(signal);
    return output === true ? 'on' : output === false ? 'off' : 'unknown';
  }

  async measure(signal: AbortSignal): Promise<Flow | 'none' | null> {
    const { apower, voltage, current } = await this.#status(signal);
    if (apower === undefined) return 'none';
    if (apower === null) return null;
    return { watts: apower, volts: voltage ?? null, amperes: current ?? null };
  }

  async #status(signal: AbortSignal): Promise<z.infer<typeof status>> {
    return this.#channel.http.parse(
      await this.#call('Switch.GetStatus', {}, signal),
      status,
      'a switch of a Shelly',
    );
  }

  async #call(
    method: string,
    params: Record<string, string>,
    signal: AbortSignal,
    sending?: Sending,
  ): Promise<Answer> {
    const { http, index, label, who } = this.#channel;
    const query = { id: `${index}`, ...params };
    const ask = { path: `/rpc/${method}`, query, ...(sending ? { sending } : {}) };
    const answer = await askDigest(http, ask, await who(), signal);
    if (answer.status === 200) return answer;
    if (answer.status < 500) throw http.refusal(answer, setPassword);
    // A method that failed has status 500 and says so in JSON: then nothing was switched.
    const { code } = http.parse(answer, refusal, 'a Shelly');
    sending?.refused();
    fail(
      'COMMAND_FAILED',
      `${label} refuses (error ${code} of the Shelly)`,
      'Look whether it has this switch, whether a safety cut-off holds it, and at its own page.',
      { details: { status: answer.status, code } },
    );
  }
}
