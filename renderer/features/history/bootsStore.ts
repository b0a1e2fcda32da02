import { createStore, type StoreApi } from 'zustand/vanilla';
import type { Boot, BootsChange, ConsoleId } from '../../../main/contract/index.ts';
import { type LabProblem, toProblem } from '../../lib/lab/labProblem.ts';
import type { LabClient } from '../../lib/lab/link.ts';
import { follow } from '../../lib/stores/follow.ts';

export interface BootsState {
  /** Newest first; null: not heard of yet. */
  readonly boots: readonly Boot[] | null;
  /** The first boot of all is among them. */
  readonly complete: boolean;
  readonly loadingOlder: boolean;
  readonly problem: LabProblem | null;
}

const pageSize = 100;

/** One console's boots: the newest as they happen, older ones page by page. */
export class BootsFollower {
  readonly store: StoreApi<BootsState> = createStore(() => ({
    boots: null,
    complete: false,
    loadingOlder: false,
    problem: null,
  }));
  readonly #consoleId: ConsoleId;
  readonly #client: () => LabClient;
  readonly #stopped = new AbortController();

  constructor(consoleId: string, client: () => LabClient) {
    this.#consoleId = consoleId as ConsoleId;
    this.#client = client;
    const { signal } = this.#stopped;
    void follow(
      async () => this.#client().boots.changes({ consoleId: this.#consoleId }, { signal }),
      (change) => this.store.setState((state) => applyBoots(state, change)),
      signal,
    );
  }

  async loadOlder(): Promise<void> {
    const { boots, complete, loadingOlder } = this.store.getState();
    const oldest = boots?.at(-1);
    if (oldest === undefined || complete || loadingOlder) return;
    this.store.setState({ loadingOlder: true, problem: null });
    try {
      const older = await this.#client().boots.list({
        consoleId: this.#consoleId,
        limit: pageSize,
        before: oldest.bootId,
      });
      this.store.setState((state) => ({
        boots: mergeBoots(state.boots ?? [], older),
        complete: older.length < pageSize,
      }));
    } catch (error) {
      this.store.setState({ problem: toProblem(error) });
    } finally {
      this.store.setState({ loadingOlder: false });
    }
  }

  dispose(): void {
    this.#stopped.abort();
  }
}

/** A snapshot replaces the boots it reaches back to and keeps older ones that were loaded before. */
export function applyBoots(
  state: Pick<BootsState, 'boots' | 'complete'>,
  change: BootsChange,
): Pick<BootsState, 'boots' | 'complete'> {
  if (change.type === 'boot') return { ...state, boots: mergeBoots(state.boots ?? [], [change.boot]) };
  const oldest = change.boots.at(-1);
  if (oldest === undefined) return { boots: [], complete: true };
  const older = (state.boots ?? []).filter((boot) => boot.bootId < oldest.bootId);
  const complete = change.boots.length < pageSize || (older.length > 0 && state.complete);
  return { boots: mergeBoots(older, change.boots), complete };
}

function mergeBoots(known: readonly Boot[], fresh: readonly Boot[]): Boot[] {
  const byId = new Map(known.map((boot) => [boot.bootId, boot]));
  for (const boot of fresh) byId.set(boot.bootId, boot);
  return [...byId.values()].sort((a, b) => b.bootId - a.bootId);
}
