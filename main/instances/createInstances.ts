import { chmod, mkdir } from 'node:fs/promises';
import path from 'node:path';
import type { Clock } from '../base/clock.ts';
import type { Logger } from '../base/logger.ts';
import { fail, type InstanceImage } from '../contract/index.ts';
import type { NoticesService } from '../notices/index.ts';
import type { SecretStore } from '../secrets/index.ts';
import type { TaskFate, TasksService } from '../tasks/index.ts';
import { BackupStore } from './backups/index.ts';
import { forgetCredentials, readCredentials } from './credentials.ts';
import { type Detected, EngineService } from './engineService.ts';
import { Generations } from './generations.ts';
import { toImageList } from './imageList.ts';
import { ImageService } from './images/index.ts';
import { InstanceAccess } from './instanceAccess.ts';
import { InstanceActions } from './instanceActions.ts';
import { InstanceKeeper } from './instanceKeeper.ts';
import { InstanceObserver } from './instanceObserver.ts';
import { InstanceRequests } from './instanceRequests.ts';
import { InstanceStore } from './instanceStore.ts';
import { InstancesService } from './instancesService.ts';
import { Operations } from './operations.ts';
import { ShellsService } from './shells/shellsService.ts';
import { WatchService } from './watches/index.ts';
import { Sweeping } from './work/sweeping.ts';
import type { Images, WorkDeps } from './work/workDeps.ts';

export interface InstancesOptions {
  /** The data folder. */
  readonly dir: string;
  /** The recipe of their image. */
  readonly recipeDir: string;
  readonly detect: () => Promise<Detected>;
  readonly tasks: TasksService;
  readonly secrets: SecretStore;
  readonly notices: NoticesService;
  readonly clock: Clock;
  readonly logger: Logger;
  /** For tests: in place of its own. */
  readonly parts?: {
    readonly store?: InstanceStore;
    readonly engines?: EngineService;
    readonly images?: LabImages;
    /** Several at once on one machine must not take each other's. */
    readonly firstPort?: number;
  };
}

/** Of images, what is used of them beside making them. */
export type LabImages = Images & Pick<ImageService, 'list' | 'prune' | 'sweep'>;

export type InstancesDomain = ReturnType<typeof createInstances>;

/** All that has to do with instances, wired. */
export function createInstances({
  dir,
  recipeDir,
  detect,
  tasks,
  secrets,
  notices,
  clock,
  logger,
  parts = {},
}: InstancesOptions) {
  const engines = parts.engines ?? new EngineService({ detect, logger: logger.child('engine') });
  const store = parts.store ?? new InstanceStore({ dir, notices, logger });
  const labId = () => store.labId;
  const runDir = path.join(dir, 'run', 'instances');
  const generations = new Generations({ engine: () => engines.get(), labId, runDir, logger });
  const observer = new InstanceObserver({ labId, logger });
  const backups = new BackupStore({
    dir: path.join(dir, 'backups'),
    clock,
    notices,
    logger: logger.child('backups'),
  });
  const images: LabImages =
    parts.images ??
    new ImageService({
      engine: () => engines.get(),
      recipeDir,
      workDir: path.join(dir, 'run', 'builds'),
      cacheDir: path.join(dir, 'cache', 'sources'),
      labId,
      gitToken: (repository) => watches.tokenFor(repository),
      clock,
      logger: logger.child('images'),
    });
  const sweeping = new Sweeping();
  const deps: WorkDeps = {
    store,
    engines,
    images: sweeping.before(images),
    backups,
    generations,
    observer,
    secrets,
    clock,
    logger,
    firstPort: parts.firstPort,
  };
  const operations = new Operations(tasks);
  const actions = new InstanceActions(deps, operations, tasks);
  const instances = new InstancesService(deps, operations, actions);
  const access = new InstanceAccess(deps);
  const shells = new ShellsService(access);
  const keeper = new InstanceKeeper(deps, { operations, actions, tasks, notices });
  const watches: WatchService = new WatchService({
    dir,
    secrets,
    instances: {
      install: async (asked, watch) => (await instances.add(asked, { watch })).instance,
      upgrade: async (name) => void actions.upgrade(name),
      remove: async (name) => void (await actions.remove(name, name)),
      release: async (name) => void (await store.update(store.require(name).key, { watch: null })),
      list: () => instances.list(),
      onDidChange: instances.onDidChange,
    },
    clock,
    notices,
    logger: logger.child('watches'),
  });

  /** An image is used while an instance has it. */
  const imagesInUse = () => new Set(store.list().flatMap(({ image }) => (image ? [image.imageId] : [])));

  return {
    instances,
    actions,
    access,
    requests: new InstanceRequests(deps, instances, actions),
    shells,
    backups,
    watches,
    engines,
    keeper,
    images: {
      list: async (): Promise<InstanceImage[]> => toImageList(await images.list(), store.list()),
      prune: () => {
        const user = tasks.list().find(({ state, steps }) => state === 'running' && needsImage(steps));
        if (user)
          fail(
            'CONFLICT',
            `It is not known yet what is needed: ${user.title}`,
            'Wait for that task, or cancel it.',
          );
        return images.prune(imagesInUse());
      },
    },
    /** Deletes a backup, and with the last one of an instance that is gone the password of its admin. */
    removeBackup: async (backupId: string): Promise<void> => {
      const { instanceKey } = backups.get(backupId);
      await backups.remove(backupId);
      const isNeeded =
        store.byKey(instanceKey) || backups.list().some((other) => other.instanceKey === instanceKey);
      if (!isNeeded && (await readCredentials(secrets, instanceKey).catch(() => null)))
        await forgetCredentials(secrets, instanceKey);
    },
    /** Reads what is on disk; never rejects. */
    async load(): Promise<void> {
      // Containers' users pass through it to their own folder.
      await mkdir(runDir, { recursive: true });
      await chmod(runDir, 0o711);
      await store.load();
      await backups.start();
      await watches.start();
    },
    /** What became of each task a crash cut short. */
    unfinishedTasks: (): TaskFate => (task) => keeper.fateOf(task),
    /** Looks for the engine and goes on with what a crash cut short. Nobody waits for that. */
    start(): void {
      void sweeping
        .done(images.sweep())
        .catch((error: unknown) => logger.warn('what builds left could not be swept', { error }))
        .then(() => keeper.reconcile())
        .catch((error: unknown) => logger.error('the instances were not looked after', { error }));
    },
    /** Instances go on running: they need nobody. */
    async close(): Promise<void> {
      keeper.dispose();
      shells.close();
      await watches.close();
      await backups.close();
      observer.close();
      instances.dispose();
    },
  };
}

/** An image that such a task has found or built is nobody's until its container is there. */
const needsImage = (steps: readonly { readonly name: string }[]) =>
  steps.some(({ name }) => name === 'image');
