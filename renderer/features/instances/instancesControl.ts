import { createStore, type StoreApi } from 'zustand/vanilla';
import type {
  EngineState,
  Instance,
  InstanceName,
  InstancePart,
  NewInstanceInput,
} from '../../../main/contract/index.ts';
import { disconnected, type LabProblem, toProblem } from '../../lib/lab/labProblem.ts';
import type { LabClient } from '../../lib/lab/link.ts';
import type { Actions } from '../../lib/stores/actions.ts';
import { openLater } from './openLater.ts';

export type LifeAction = 'start' | 'stop' | 'restart' | 'backup';

/** Of a new instance, or in the place of an old one. */
export type FreshPassword = 'first' | 'changed';

export interface InstancesState {
  /** null: not asked yet. */
  readonly engine: EngineState | { readonly state: 'unasked'; readonly problem: LabProblem } | null;
  /** Given a password that was made, by this window, and that not shown yet; by key. */
  readonly fresh: Readonly<Record<string, FreshPassword>>;
  /** Failed tasks nobody here wants to be told of any more, by id. */
  readonly putAway: Readonly<Record<string, true>>;
}

/** Where what one did to an instance, and what came of it, is shown. */
export function instancePlace(instance: Pick<Instance, 'key'>): string {
  return `instance:${instance.key}`;
}

/** What this window asks of the core about instances. What comes of it arrives with the streams. */
export class InstancesControl {
  readonly store: StoreApi<InstancesState> = createStore(() => ({ engine: null, fresh: {}, putAway: {} }));
  readonly #client: () => LabClient;
  readonly #actions: Actions;

  constructor(client: () => LabClient, actions: Actions) {
    this.#client = client;
    this.#actions = actions;
  }

  /** Looks for the container engine anew. */
  async lookForEngine(): Promise<void> {
    await this.#actions.run('engine', 'look', async () => {
      try {
        this.store.setState({ engine: await this.#client().engine.get() });
      } catch (error) {
        const problem = toProblem(error);
        // The link comes back by itself and the page asks again then.
        if (problem.code !== disconnected.code)
          this.store.setState({ engine: { state: 'unasked', problem } });
      }
    });
  }

  /** Rejects with what the core said; answers the new instance's name. */
  async install(answers: NewInstanceInput): Promise<InstanceName> {
    const { instance } = await this.#client().instances.add(answers);
    const made = answers.admin?.password == null;
    if (made) this.putForward(instance.key, 'first');
    return instance.name;
  }

  /** A password that was made is to be shown. */
  putForward(key: string, which: FreshPassword): void {
    this.store.setState((state) => ({ fresh: { ...state.fresh, [key]: which } }));
  }

  /** The made password has been seen: it is not put forward again. */
  seen(key: string): void {
    this.store.setState((state) => {
      const { [key]: _, ...fresh } = state.fresh;
      return { fresh };
    });
  }

  putAway(taskId: string): void {
    this.store.setState((state) => ({ putAway: { ...state.putAway, [taskId]: true } }));
  }

  act(instance: Instance, action: LifeAction): Promise<boolean> {
    return this.#run(instance, action, () => this.#client().instances[action]({ name: instance.name }));
  }

  restartPart(instance: Instance, part: InstancePart): Promise<boolean> {
    return this.#run(instance, `restart ${part}`, () =>
      this.#client().instances.restartPart({ name: instance.name, part }),
    );
  }

  /** Opens it in the browser of this machine, logged in. */
  open(instance: Instance): Promise<boolean> {
    // Asked for at once: a browser lets a page open another only as long as the click is fresh.
    const page = openLater();
    return this.#run(instance, 'open', async () => {
      try {
        page.go((await this.#client().instances.login({ name: instance.name })).url);
      } catch (error) {
        page.giveUp();
        throw error;
      }
    });
  }

  #run(instance: Instance, what: string, work: () => Promise<unknown>): Promise<boolean> {
    return this.#actions.run(instancePlace(instance), what, async () => work());
  }
}
