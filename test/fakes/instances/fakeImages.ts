import { setTimeout as sleep } from 'node:timers/promises';
import { type Instance, type InstanceSource, LabError } from '../../../main/contract/index.ts';
import type { LabImages } from '../../../main/instances/createInstances.ts';
import { toEngineError } from '../../../main/instances/engine/complaints.ts';
import type { BuiltImage, EnsureOptions } from '../../../main/instances/work/workDeps.ts';
import { Complaint } from '../engine/complaint.ts';
import type { EngineModel, ModelImage } from '../engine/engineModel.ts';
import { debianReleases, type LavaRelease } from '../engine/lavaModel.ts';

const sourceLabel = 'test.source';

/**
 * Images of sources, as a model engine has them: one for each release of a source, built in no time. The faults of the
 * model's `base` and `build` hit it.
 */
export class FakeImages implements LabImages {
  readonly #model: EngineModel;
  readonly #releases: Map<string, LavaRelease>;

  constructor(model: EngineModel, releases: Map<string, LavaRelease>) {
    this.#model = model;
    this.#releases = releases;
  }

  async estimate() {
    return { seconds: { base: 1, image: 1 }, imageBytes: 1000 };
  }

  async find(source: InstanceSource): Promise<BuiltImage | null> {
    const image = this.#newest(source);
    return image && built(source, image);
  }

  async ensure(
    source: InstanceSource,
    _include: Instance['include'],
    { refresh, signal, onStep, onLine, onProgress }: EnsureOptions,
  ): Promise<BuiltImage> {
    const there = this.#newest(source);
    const release = this.#releaseOf(source);
    if (there && (!refresh || there.lava === release)) return built(source, there);
    try {
      onStep('base');
      await this.#model.faults.meet('base', signal);
      onStep('image');
      onLine('STEP 1/1: RUN something');
      await this.#model.faults.meet('build', signal);
      await sleep(this.#model.speed.buildMs, undefined, { signal });
      onProgress(1);
    } catch (error) {
      signal.throwIfAborted();
      if (!(error instanceof Complaint)) throw error;
      const { exitCode, message: stderr } = error;
      throw toEngineError({ argv: ['podman', 'build'], exitCode, stdout: '', stderr });
    }
    return built(
      source,
      this.#model.addImage({ labels: { [sourceLabel]: JSON.stringify(source) }, lava: release }),
    );
  }

  async list() {
    return [];
  }

  async prune(inUse: ReadonlySet<string>) {
    const removed = [...this.#model.images.keys()].filter((id) => !inUse.has(id));
    for (const id of removed) this.#model.images.delete(id);
    return { removed, freedBytes: 0 };
  }

  async sweep(): Promise<void> {}

  #newest(source: InstanceSource): ModelImage | null {
    const label = JSON.stringify(source);
    return [...this.#model.images.values()].findLast(({ labels }) => labels[sourceLabel] === label) ?? null;
  }

  #releaseOf(source: InstanceSource): LavaRelease {
    const given = this.#releases.get(JSON.stringify(source));
    if (given) return given;
    if (source.kind === 'package') return debianReleases[source.suite];
    throw new LabError('BAD_REQUEST', 'There is no such source', { hint: 'Choose another.' });
  }
}

function built(source: InstanceSource, image: ModelImage): BuiltImage {
  return {
    imageId: image.id,
    version: image.lava?.lavaVersion ?? null,
    resolved: { title: `LAVA from ${source.kind}`, commit: null, sha256: null },
  };
}
