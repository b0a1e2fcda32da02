import { chmod, mkdir } from 'node:fs/promises';
import path from 'node:path';
import type { Clock } from '../base/clock.ts';
import type { Logger } from '../base/logger.ts';
import { fail, type InstanceImage } from '../contract/index.ts';
import type { NoticesService } from '../notices/index.ts';
import type { SecretStore } from '../secrets/index.ts';
import type { TasksService } from '../tasks/index.ts';
import { BackupStore } from './backups/index.ts';
import { forgetCredentials, readCredentials } from './credentials.ts';
import { type Detected, EngineService } from './engineService.ts';
import { Generations } from './generations.ts';
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
import type { WorkDeps } from './work/workDeps.ts';

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
}

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
}: InstancesOptions) {
  const engines = new EngineService({ detect, logger: logger.child('engine') });
  const store = new InstanceStore({ dir, notices, logger });
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
  const images = new ImageService({
    engine: () => engines.get(),
    recipeDir,
    workDir: path.join(dir, 'run', 'builds'),
    cacheDir: path.join(dir, 'cache', 'sources'),
    labId: store.labId,
    gitToken: (repository) => watches.tokenFor(repository),
    clock,
    logger: logger.child('images'),
  });
  const deps: WorkDeps = {
    store,
    engines,
    images,
    backups,
    generations,
    observer,
    secrets,
    clock,
    logger,
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
      list: () => instances.list(),
      onDidChange: instances.onDidChange,
    },
    clock,
    notices,
    logger: logger.child('watches'),
  });

  /** What an image carries is used while an instance has it, or could go back to it. */
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
    images: {
      list: async (): Promise<InstanceImage[]> =>
        (await images.list()).map((image) => ({
          imageId: image.imageId,
          title: image.is.title,
          version: image.version,
          sizeBytes: image.ownBytes,
          createdAtMs: image.createdAtMs,
          role: image.is.role,
          usedBy: store
            .list()
            .flatMap((record) => (record.image?.imageId === image.imageId ? [record.name] : [])),
        })),
      prune: () => {
        if (store.list().some(({ phase }) => phase === 'installing'))
          fail(
            'CONFLICT',
            'An instance is being installed',
            'Wait for it: it may need what would be removed.',
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
    /** Of the tasks a crash cut short, those that are gone on with. */
    unfinishedTasks: (): ReadonlySet<string> => keeper.unfinishedTasks(),
    /** Looks for the engine and goes on with what a crash cut short. Nobody waits for that. */
    start(): void {
      void images
        .sweep()
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
