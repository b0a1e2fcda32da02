import type { TaskHandle } from '../../tasks/index.ts';
import { requireEngineSpace } from '../images/diskSpace.ts';
import type { InstanceRecord } from '../instanceRecord.ts';
import type { BuiltImage, WorkDeps } from './workDeps.ts';

/** What a volume grows to in its first days, with room for the engine itself. */
const neededBytes = 512 * 1024 * 1024;

interface ImageOptions {
  /** Look whether the source has something newer. */
  readonly refresh: boolean;
  /** Used as it is where the engine still has it; null: built or found. */
  readonly present: BuiltImage | null;
  readonly task: TaskHandle;
}

/** The steps `engine check`, `base` and `image`: an engine that can be used, room on its disk, and the image. */
export async function imageOf(
  deps: WorkDeps,
  record: Pick<InstanceRecord, 'source' | 'include'>,
  { refresh, present, task }: ImageOptions,
): Promise<BuiltImage> {
  task.step('engine check');
  const engine = await deps.engines.get();
  const { kind, version, rootless, workarounds } = engine.info;
  task.log(`${kind} ${version}${rootless ? ', rootless' : ''}`);
  for (const { what, why } of workarounds) task.log(`${what}: ${why}`);
  deps.observer.start(engine);
  await requireEngineSpace(engine, neededBytes, 'An instance');
  task.signal.throwIfAborted();
  if (present && !refresh && (await engine.findImage(present.imageId))) {
    task.log(`the image is there: ${present.resolved.title}`);
    return present;
  }
  return deps.images.ensure(record.source, record.include, {
    refresh,
    signal: task.signal,
    onStep: (step) => task.step(step),
    onProgress: (done) => task.progress(done),
    onLine: (line) => task.log(line),
  });
}
