import { type DriverDeps, defaultTiming } from './driverDeps.ts';
import { OutletHttp } from './http/outletHttp.ts';

/** What backends begin with whose outlet is asked over HTTP, now and then. */
export abstract class HttpBackend<Binding extends { readonly url: string }> {
  readonly askEveryMs = 10_000;
  protected readonly binding: Binding;
  protected readonly secret: DriverDeps['secret'];
  protected readonly http: OutletHttp;

  constructor(binding: Binding, deps: DriverDeps) {
    this.binding = binding;
    this.secret = deps.secret;
    const timeoutMs = deps.timing?.requestMs ?? defaultTiming.requestMs;
    this.http = new OutletHttp({ baseUrl: binding.url, clock: deps.clock, timeoutMs });
  }
}
