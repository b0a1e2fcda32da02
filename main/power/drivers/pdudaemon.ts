import { fail, type PdudaemonPower, type SwitchState } from '../../contract/index.ts';
import { BackendOutlet } from './backendOutlet.ts';
import { type DriverDeps, defaultTiming } from './driverDeps.ts';
import { OutletHttp } from './http/outletHttp.ts';
import type { OutletBackend, Sending } from './outletBackend.ts';

/** It answers once the PDU has done it, and tries a slow or sleeping PDU several times. */
const pduMs = 30_000;

/**
 * A PDU behind pdudaemon's HTTP listener (https://github.com/pdudaemon/pdudaemon, README, "Making a power control
 * request"): `GET /power/control/on?hostname=<pdu>&port=<outlet>`, `off` and `reboot`. It cannot be asked for a state.
 */
class PdudaemonBackend implements OutletBackend {
  readonly kind = 'pdudaemon';
  readonly askEveryMs = null;
  readonly #binding: PdudaemonPower;
  readonly #deps: DriverDeps;

  constructor(binding: PdudaemonPower, deps: DriverDeps) {
    this.#binding = binding;
    this.#deps = deps;
  }

  get label(): string {
    return `outlet ${this.#binding.outlet} of ${this.#binding.pdu}`;
  }

  get identity(): string {
    const { pdu, outlet } = this.#binding;
    return `pdudaemon ${this.#http(0).address} ${JSON.stringify([pdu, outlet])}`;
  }

  switchTo(state: SwitchState, signal: AbortSignal, sending: Sending): Promise<void> {
    // Old versions wait 5 s unless told not to.
    return this.#control(state, 0, signal, sending);
  }

  /** The daemon ends it even where Labdeck dies in between. It counts whole seconds. */
  cycle(offMs: number, signal: AbortSignal, sending: Sending): Promise<void> {
    return this.#control('reboot', Math.ceil(offMs / 1000), signal, sending);
  }

  async #control(command: string, delayS: number, signal: AbortSignal, sending: Sending): Promise<void> {
    const { pdu, outlet } = this.#binding;
    const http = this.#http(delayS * 1000);
    const query = { hostname: pdu, port: outlet, delay: `${delayS}` };
    const answer = await http.ask({ path: `/power/control/${command}`, query, sending }, signal);
    if (answer.status >= 200 && answer.status < 300) return;
    if (answer.status < 500)
      throw http.refusal(answer, 'pdudaemon itself asks for none: look at the proxy before it.');
    // 503 is "not accepted"; 500 is that too, and what it says when the PDU failed in the middle.
    if (answer.status === 503) sending.refused();
    fail(
      'COMMAND_FAILED',
      `pdudaemon on ${http.host} did not switch ${this.label} (status ${answer.status})`,
      "Look whether the PDU's name is in its configuration, and at its log.",
      { details: { status: answer.status } },
    );
  }

  #http(extraMs: number): OutletHttp {
    const { clock, timing } = this.#deps;
    const timeoutMs = Math.max(timing?.requestMs ?? defaultTiming.requestMs, pduMs) + extraMs;
    return new OutletHttp({ baseUrl: this.#binding.url, clock, timeoutMs });
  }
}

/** One outlet of a PDU that pdudaemon switches. */
export class PdudaemonOutlet extends BackendOutlet {
  constructor(binding: PdudaemonPower, deps: DriverDeps) {
    super(new PdudaemonBackend(binding, deps), deps);
  }
}
