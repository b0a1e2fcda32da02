import { createStore, type StoreApi } from 'zustand/vanilla';
import type { ConsoleInfo } from '../../../main/contract/index.ts';
import type { LabClient } from '../../lib/lab/link.ts';
import type { Actions } from '../../lib/stores/actions.ts';
import type { BenchState, BenchStore } from '../../lib/stores/bench.ts';
import { type LostLease, lostLease } from './leaseWords.ts';

type ConsoleId = ConsoleInfo['consoleId'];

export function leasePlace(consoleId: string): string {
  return `lease:${consoleId}`;
}

export interface LeaseNews {
  /** By console: who took it from this window. Stands until one types there, takes it back or puts it away. */
  readonly lost: Readonly<Record<string, LostLease>>;
  /** By console: the askers this window was asked about and chose to keep waiting. */
  readonly kept: Readonly<Record<string, readonly string[]>>;
}

/** Takes, gives back and asks for consoles, and notices when one is taken away. */
export class LeaseControl {
  readonly news: StoreApi<LeaseNews> = createStore(() => ({ lost: {}, kept: {} }));
  readonly #client: () => LabClient;
  readonly #actions: Actions;
  /** Given back by this window: that somebody else has it then is no news. */
  readonly #releasing = new Set<string>();

  constructor(bench: BenchStore, client: () => LabClient, actions: Actions) {
    this.#client = client;
    this.#actions = actions;
    bench.subscribe((now, before) => this.#compare(before, now));
  }

  take(consoleId: ConsoleId, options: { takeOver?: boolean; why?: string } = {}): Promise<boolean> {
    return this.#actions.run(leasePlace(consoleId), 'take', async () =>
      this.#client().leases.take({ consoleId, ...options }),
    );
  }

  release(consoleId: ConsoleId): Promise<boolean> {
    this.#releasing.add(consoleId);
    return this.#actions.run(leasePlace(consoleId), 'release', async () =>
      this.#client().leases.release({ consoleId }),
    );
  }

  ask(consoleId: ConsoleId, why = ''): Promise<boolean> {
    return this.#actions.run(leasePlace(consoleId), 'ask', async () =>
      this.#client().leases.ask({ consoleId, why }),
    );
  }

  /** Whoever asks now goes on waiting; a new asker is shown again. */
  keep(consoleId: string, askers: readonly string[]): void {
    this.news.setState(({ kept }) => ({ kept: { ...kept, [consoleId]: askers } }));
  }

  dismissLost(consoleId: string): void {
    this.news.setState(({ lost }) => {
      const { [consoleId]: _, ...others } = lost;
      return { lost: others };
    });
  }

  #compare(before: BenchState, now: BenchState): void {
    if (before.consoles === now.consoles) return;
    for (const info of Object.values(now.consoles)) {
      const was = before.consoles[info.consoleId]?.lease ?? null;
      if (was !== info.lease) this.#changed(info, was, now);
    }
  }

  #changed({ consoleId, lease }: ConsoleInfo, was: ConsoleInfo['lease'], { me }: BenchState): void {
    if (lease !== null && lease.holder.clientId === me?.clientId) {
      this.dismissLost(consoleId);
      return;
    }
    const released = this.#releasing.delete(consoleId);
    const loss = released ? null : lostLease(was, lease, me);
    if (loss === null) return;
    this.news.setState(({ lost }) => ({ lost: { ...lost, [consoleId]: loss } }));
  }
}
