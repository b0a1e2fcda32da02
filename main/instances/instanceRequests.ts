import { freeBytes } from '../base/freeBytes.ts';
import {
  fail,
  type InstallPlan,
  type Instance,
  type InstanceName,
  type InstanceSource,
  type NewInstance,
  newInstance,
} from '../contract/index.ts';
import { isPortFree } from './freePort.ts';
import type { InstanceActions } from './instanceActions.ts';
import type { InstancesService } from './instancesService.ts';
import { sourceTitle } from './sourceTitle.ts';
import type { WorkDeps } from './work/workDeps.ts';

/** As measured: what the steps after the image take, in seconds. */
const provisionSeconds = { volume: 0.5, database: 5, admin: 1, worker: 2, health: 0.5 };
/** A fresh instance's volume. */
const volumeBytes = 80 * 1024 * 1024;

type Begun = { instance: Instance; taskId: string };

export type RestoreFrom = { readonly backupId: string } | { readonly file: string };

/** What asks for a whole instance in other ways than by naming its source: a look ahead, a clone, a backup. */
export class InstanceRequests {
  readonly #deps: WorkDeps;
  readonly #instances: InstancesService;
  readonly #actions: InstanceActions;

  constructor(deps: WorkDeps, instances: InstancesService, actions: InstanceActions) {
    this.#deps = deps;
    this.#instances = instances;
    this.#actions = actions;
  }

  /** What `add` would do; nothing is done. Rejects with what the engine check says. */
  async plan(asked: NewInstance): Promise<InstallPlan> {
    const { engines, images } = this.#deps;
    const engine = await engines.get();
    const image = isFarAway(asked.source) ? null : await images.find(asked.source, asked.include);
    const [estimate, free, port] = await Promise.all([
      images.estimate(asked.source, image !== null, asked.include),
      engine.storageDir().then(freeBytes),
      asked.port ?? this.#instances.nextPort(),
    ]);
    const build = image
      ? []
      : [
          { name: 'base', what: 'A Debian to build on', seconds: estimate.seconds.base },
          { name: 'image', what: 'LAVA and what it needs', seconds: estimate.seconds.image },
        ];
    const steps = [
      ...build,
      { name: 'volume', what: 'A volume for all its data', seconds: provisionSeconds.volume },
      { name: 'database', what: 'Its database and container', seconds: provisionSeconds.database },
      {
        name: 'admin',
        what: `A user ${asked.admin.username} who may do everything`,
        seconds: provisionSeconds.admin,
      },
      {
        name: 'worker',
        what: asked.include.worker ? 'Its worker' : 'No worker',
        seconds: provisionSeconds.worker,
      },
      { name: 'health', what: 'LAVA answers', seconds: provisionSeconds.health },
    ];
    const { imageBytes } = estimate;
    return {
      name: asked.name,
      port,
      title: image?.resolved.title ?? sourceTitle(asked.source),
      steps,
      seconds: steps.reduce((sum, { seconds }) => sum + seconds, 0),
      diskBytes: { image: imageBytes, volume: volumeBytes, free },
      sharesImage: image !== null,
      problems: await this.#problems(asked, free === null ? null : free - imageBytes - volumeBytes),
    };
  }

  /** Another of the same image, with all it holds or empty. */
  async clone(name: string, as: InstanceName, withData: boolean): Promise<Begun> {
    const from = this.#deps.store.require(name);
    if (from.phase !== 'installed')
      fail('CONFLICT', `${name} is not installed yet`, 'Wait for its installation.');
    const { source, include, memoryLimitBytes, lean, autostart, backup } = from;
    const asked = newInstance.parse({
      name: as,
      source,
      include,
      memoryLimitBytes,
      lean,
      autostart,
      backup,
      admin: { username: from.adminName },
    });
    return this.#instances.add(asked, {
      image: from.image,
      ...(withData ? { origin: { kind: 'clone', key: from.key } } : {}),
    });
  }

  /**
   * Puts a backup into the instance of that name, or into a new one. The backup is checked before anything is touched.
   * Rejects with LabError NOT_FOUND, DAMAGED.
   */
  async restore(name: string, from: RestoreFrom, source: InstanceSource | undefined): Promise<Begun> {
    const { backups, store } = this.#deps;
    const { backupId, file } = 'file' in from ? await backups.import(from.file) : backups.get(from.backupId);
    await backups.check(file);
    if (store.byName(name)) {
      const { taskId } = this.#actions.restoreInto(name, backupId);
      return { instance: this.#instances.get(name), taskId };
    }
    const kept = backups.get(backupId);
    const owner = store.byKey(kept.instanceKey);
    const asked = newInstance.safeParse({
      name,
      source: source ?? kept.source ?? undefined,
      ...(owner ? { include: owner.include, admin: { username: owner.adminName } } : {}),
    });
    if (!asked.success)
      return fail('BAD_REQUEST', 'That is no name for an instance', 'Use 1 to 40 of a-z, 0-9 and -.', {
        field: 'name',
      });
    const isSameSource = owner && JSON.stringify(owner.source) === JSON.stringify(asked.data.source);
    return this.#instances.add(asked.data, {
      origin: { kind: 'backup', backupId },
      image: isSameSource ? owner.image : null,
    });
  }

  async #problems(asked: NewInstance, leftBytes: number | null): Promise<InstallPlan['problems']> {
    const { store, engines } = this.#deps;
    const problems: InstallPlan['problems'] = [];
    if (store.byName(asked.name))
      problems.push({ field: 'name', message: 'There is one of that name already', hint: 'Choose another.' });
    if (
      asked.port !== null &&
      (store.list().some(({ port }) => port === asked.port) || !(await isPortFree(asked.port)))
    )
      problems.push({
        field: 'port',
        message: `Port ${asked.port} is taken`,
        hint: 'Leave it out, or choose another.',
      });
    if (leftBytes !== null && leftBytes < 0)
      problems.push({
        field: null,
        message: 'The disk has too little room',
        hint: 'Remove unused images, or make room.',
      });
    if (asked.memoryLimitBytes !== null && !engines.present?.info.canLimitMemory)
      problems.push({
        field: 'memoryLimitBytes',
        message: 'The engine cannot limit memory here',
        hint: 'Leave the limit out; it would not hold.',
      });
    return problems;
  }
}

/** Only fetching it would tell what it is, and a look ahead fetches nothing. */
function isFarAway(source: InstanceSource): boolean {
  return source.kind === 'tarball' && !source.location.startsWith('/');
}
