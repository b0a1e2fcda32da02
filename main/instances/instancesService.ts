import { DisposableStore } from '../base/disposable.ts';
import { Emitter } from '../base/emitter.ts';
import { KeyedQueue } from '../base/keyedQueue.ts';
import { fail, type Instance, type InstancePatch, type NewInstance } from '../contract/index.ts';
import { forgetCredentials, keepCredentials, newPassword } from './credentials.ts';
import type { ContainerEngine } from './engine/engine.ts';
import { freePort, isPortFree } from './freePort.ts';
import type { InstanceActions } from './instanceActions.ts';
import type { InstanceRecord, Origin } from './instanceRecord.ts';
import { toInstance } from './instanceView.ts';
import { newKey } from './names.ts';
import type { Operations } from './operations.ts';
import type { WorkDeps } from './work/workDeps.ts';

export interface AddOptions {
  readonly watch?: InstanceRecord['watch'];
  readonly origin?: Origin;
  /** The image an instance to be cloned has: it is not built anew. */
  readonly image?: InstanceRecord['image'];
}

/** Of those a user may ask for, the ones that browsers, and fetch here, refuse (https://fetch.spec.whatwg.org/#port-blocking). */
const unsafePorts: ReadonlySet<number> = new Set([
  1719, 1720, 1723, 2049, 3659, 4045, 4190, 5060, 5061, 6000, 6566, 6665, 6666, 6667, 6668, 6669, 6679, 6697,
  10_080,
]);

/** The instances there are: what was asked for, together with what is seen of it. */
export class InstancesService {
  readonly #deps: WorkDeps;
  readonly #operations: Operations;
  readonly #actions: InstanceActions;
  readonly #changed = new Emitter<void>();
  readonly #held = new DisposableStore();
  /** Two that are added at once must not get one port. */
  readonly #ports = new KeyedQueue<'ports'>();
  readonly onDidChange = this.#changed.event;

  constructor(deps: WorkDeps, operations: Operations, actions: InstanceActions) {
    this.#deps = deps;
    this.#operations = operations;
    this.#actions = actions;
    const tell = () => this.#changed.fire();
    for (const source of [deps.store, deps.observer, operations]) this.#held.add(source.onDidChange(tell));
  }

  list(): Instance[] {
    return this.#deps.store.list().map((record) => this.#view(record));
  }

  /** Throws LabError NOT_FOUND. */
  get(name: string): Instance {
    return this.#view(this.#deps.store.require(name));
  }

  /**
   * Begins to install an instance. Rejects with LabError NAME_TAKEN, CONFLICT (its port is taken, or none is free),
   * DISK_FULL, and what the engine check says is not there: then nothing was begun.
   */
  async add(
    { admin, port, ...asked }: NewInstance,
    { watch = null, origin, image = null }: AddOptions = {},
  ): Promise<{ instance: Instance; taskId: string }> {
    const { store, secrets, clock, engines } = this.#deps;
    if (store.byName(asked.name))
      fail('NAME_TAKEN', `There is an instance ${asked.name} already`, 'Choose another name.', {
        field: 'name',
      });
    this.#actions.requireReadable(origin ?? null);
    requireLimits(await engines.get(), asked.memoryLimitBytes);
    const key = newKey();
    const asIs: Omit<InstanceRecord, 'port'> = {
      ...asked,
      key,
      adminName: admin.username,
      isPortFixed: port !== null,
      watch,
      createdAtMs: clock.nowMs(),
      phase: 'installing',
      wanted: 'running',
      image,
      generation: 1,
      origin: origin ?? null,
      taskId: this.#actions.newTaskId(),
      problem: null,
    };
    // Before anything that could make the instance: a crash must not leave one nobody can enter.
    if (!origin)
      await keepCredentials(secrets, key, {
        username: admin.username,
        password: admin.password ?? newPassword(),
      });
    try {
      const record = await this.#ports.run('ports', async () => {
        const chosen = port === null ? await this.nextPort() : await this.#checkedPort(port);
        const added = { ...asIs, port: chosen };
        await store.add(added);
        return added;
      });
      const { taskId } = await this.#actions.install(record);
      return { instance: this.#view(store.byKey(key) ?? record), taskId };
    } catch (error) {
      // Nothing works on it: then nothing was begun, as the caller is told.
      if (!this.#operations.get(key)) await this.#forget(key);
      throw error;
    }
  }

  /**
   * Changes what was asked for; a running instance that must be started again for it is. Rejects with LabError
   * NOT_FOUND, NAME_TAKEN, CONFLICT (busy, or the port is taken).
   */
  async update(name: string, { rename, port, ...patch }: InstancePatch): Promise<Instance> {
    const { store, observer, engines } = this.#deps;
    const before = store.require(name);
    const given = Object.fromEntries(Object.entries(patch).filter(([, value]) => value !== undefined));
    if (patch.memoryLimitBytes !== undefined) requireLimits(engines.present, patch.memoryLimitBytes);
    const isMoved = port !== undefined && port !== before.port;
    const after = await this.#operations.hold(before, () =>
      this.#ports.run('ports', async () =>
        store.update(before.key, {
          ...given,
          ...(rename === undefined ? {} : { name: rename }),
          ...(isMoved ? { port: await this.#checkedPort(port), isPortFixed: true } : {}),
        }),
      ),
    );
    const mustRestart = (['name', 'port', 'memoryLimitBytes', 'lean'] as const).some(
      (field) => before[field] !== after[field],
    );
    if (mustRestart && observer.get(after.key).container?.state === 'running')
      this.#actions.restart(after.name);
    return this.get(after.name);
  }

  /** The first port that is free and nobody's. Rejects with LabError CONFLICT when there is none. */
  async nextPort(): Promise<number> {
    const taken = new Set(this.#deps.store.list().map(({ port }) => port));
    return (
      (await freePort(taken, this.#deps.firstPort)) ??
      fail('CONFLICT', 'No port is free', 'Free one of 8100 to 8899.')
    );
  }

  dispose(): void {
    this.#held.dispose();
  }

  /** Never rejects. */
  async #forget(key: string): Promise<void> {
    const { store, secrets, logger } = this.#deps;
    try {
      if (store.byKey(key)) await store.remove(key);
      await forgetCredentials(secrets, key);
    } catch (error) {
      logger.warn('what was refused is not forgotten', { key, error });
    }
  }

  async #checkedPort(port: number): Promise<number> {
    const owner = this.#deps.store.list().find((record) => record.port === port);
    if (owner)
      fail('CONFLICT', `Port ${port} is ${owner.name}'s`, 'Choose another, or leave it out.', {
        field: 'port',
      });
    if (unsafePorts.has(port))
      fail(
        'BAD_REQUEST',
        `No browser opens port ${port}: it belongs to another protocol`,
        'Choose another.',
        {
          field: 'port',
        },
      );
    if (await isPortFree(port)) return port;
    return fail('CONFLICT', `Port ${port} is taken by another program`, 'Choose another, or leave it out.', {
      field: 'port',
    });
  }

  #view(record: InstanceRecord): Instance {
    return toInstance(record, this.#deps.observer.get(record.key), this.#operations.get(record.key));
  }
}

/** A limit that would not hold is refused, not forgotten. Throws LabError UNSUPPORTED. */
function requireLimits(engine: ContainerEngine | null, memoryLimitBytes: number | null): void {
  if (memoryLimitBytes === null || !engine || engine.info.canLimitMemory) return;
  const hint = 'Leave the limit out, or give this user the memory controller of cgroups.';
  fail('UNSUPPORTED', 'The engine cannot limit memory here', hint, { field: 'memoryLimitBytes' });
}
