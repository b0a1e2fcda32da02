import type { ConsolesChange } from '../../../main/contract/index.ts';
import type { LabClient } from '../lab/link.ts';
import { applyConsoles, applyPower, type BenchState, type BenchStore } from './bench.ts';

const retryMs = 1000;

/** Keeps the store a projection of the core for one link's life: each stream starts with everything. */
export function followCore(client: LabClient, bench: BenchStore, signal: AbortSignal): void {
  void follow(
    () => client.boards.changes(),
    ({ boards }) => bench.setState({ boards }),
    signal,
  );
  void follow(
    () => client.ports.changes(),
    ({ ports }) => bench.setState({ ports }),
    signal,
  );
  void follow(
    () => client.settings.changes(),
    (settings) => bench.setState({ settings }),
    signal,
  );
  void follow(
    () => client.about.notices(),
    (notices) => bench.setState({ notices }),
    signal,
  );
  void follow(
    () => client.tasks.changes(),
    (tasks) => bench.setState({ tasks }),
    signal,
  );
  void follow(
    () => client.instances.changes(),
    (instances) => bench.setState({ instances }),
    signal,
  );
  void follow(
    () => client.backups.changes(),
    (backups) => bench.setState({ backups }),
    signal,
  );
  void follow(
    () => client.watches.changes(),
    (watches) => bench.setState({ watches }),
    signal,
  );
  void follow(
    () => client.power.changes(),
    (change) => bench.setState((state) => applyPower(state, change)),
    signal,
  );
  void follow(
    () => client.consoles.changes(),
    inBatches((changes) => bench.setState((state) => changes.reduce(withConsoles, state))),
    signal,
  );
}

const batchMs = 30;

/** Many consoles that print at once each tell so several times a second: the view is drawn once for all. */
function inBatches<T extends { readonly type: string }>(
  apply: (changes: readonly T[]) => void,
): (change: T) => void {
  let waiting: T[] = [];
  const flush = () => {
    const changes = waiting;
    waiting = [];
    if (changes.length > 0) apply(changes);
  };
  return (change) => {
    waiting.push(change);
    if (change.type === 'snapshot') flush();
    else if (waiting.length === 1) setTimeout(flush, batchMs);
  };
}

function withConsoles(state: BenchState, change: ConsolesChange): BenchState {
  return { ...state, ...applyConsoles(state, change) };
}

/** Hears one stream for as long as the signal stands; it is asked again, from its snapshot, when it ends. */
export async function follow<T>(
  start: () => Promise<AsyncIterable<T>>,
  apply: (value: T) => void,
  signal: AbortSignal,
): Promise<void> {
  while (!signal.aborted) {
    try {
      for await (const value of await start()) {
        if (signal.aborted) return;
        apply(value);
      }
    } catch {
      // The link went, or the core gave this one stream up: either way it is asked again, from a snapshot.
    }
    if (!signal.aborted) await new Promise((resolve) => setTimeout(resolve, retryMs));
  }
}
