import type { Clock } from '../../base/clock.ts';
import type { Logger } from '../../base/logger.ts';
import type { DebianSuite } from '../../contract/instanceSources.ts';
import { LabError } from '../../contract/labError.ts';
import type { ContainerEngine } from '../engine/engine.ts';
import { bootstrap, canBootstrap } from './bootstrap.ts';
import type { Builder } from './builder.ts';
import { inBuildFolder } from './buildFolder.ts';
import { requireEngineSpace } from './diskSpace.ts';
import { readHostApt } from './hostApt.ts';
import { type ImageLabels, referenceOf, toLabels } from './labels.ts';
import { identityOf } from './recipe.ts';
import type { RegistryProbe } from './registryProbe.ts';
import type { BuildListener } from './sharedWork.ts';

/** A Debian image is some 130 MB, and a layer of its own is written twice while it is made. */
const neededBytes = 400 * 1024 ** 2;
/** A pull nobody expects to work is not waited for. */
const hopelessPullMs = 30_000;

export const baseIdentity = (suite: DebianSuite) => identityOf('base', suite);

/** Makes bare Debian images: pulled from the registry, and where there is none, bootstrapped here. */
export class BaseMaker {
  readonly #builder: Builder;
  readonly #probe: RegistryProbe;
  readonly #workDir: string;
  readonly #labId: () => string;
  readonly #clock: Clock;
  readonly #logger: Logger;

  constructor(options: {
    readonly builder: Builder;
    readonly probe: RegistryProbe;
    readonly workDir: string;
    readonly labId: () => string;
    readonly clock: Clock;
    readonly logger: Logger;
  }) {
    this.#builder = options.builder;
    this.#probe = options.probe;
    this.#workDir = options.workDir;
    this.#labId = options.labId;
    this.#clock = options.clock;
    this.#logger = options.logger;
  }

  /**
   * Resolves with the id of a new image. Rejects with LabError MISSING_DEPENDENCY where neither way is open,
   * DISK_FULL, COMMAND_FAILED, TIMEOUT.
   */
  async make(engine: ContainerEngine, suite: DebianSuite, listener: BuildListener): Promise<string> {
    await requireEngineSpace(engine, neededBytes, 'A Debian image');
    const reachable = await this.#probe.look(listener.signal);
    const [canPull, canMake] = [reachable !== 'no', await canBootstrap()];
    if (canPull || !canMake) {
      const pulled = await this.#tryPull(engine, suite, canPull, listener);
      if (pulled !== null) return pulled;
    }
    if (!canMake)
      throw new LabError(
        'MISSING_DEPENDENCY',
        `No registry with Debian ${suite} can be reached, and mmdebstrap is not installed`,
        {
          hint: 'Install the package mmdebstrap, or connect to the internet.',
        },
      );
    return this.#bootstrap(engine, suite, listener);
  }

  /** null: it did not work, and there may be another way. */
  async #tryPull(
    engine: ContainerEngine,
    suite: DebianSuite,
    isLikely: boolean,
    listener: BuildListener,
  ): Promise<string | null> {
    const reference = `docker.io/library/debian:${suite}-slim`;
    const before = await engine.findImage(reference);
    try {
      const parent = await engine.pull(reference, {
        signal: listener.signal,
        onLine: listener.onLine,
        ...(isLikely ? {} : { timeoutMs: hopelessPullMs }),
      });
      listener.onProgress(0.9);
      const labels = this.#labels(suite, parent, before === null);
      return (await this.#builder.relabel(engine, { base: parent, labels, listener })).imageId;
    } catch (error) {
      listener.signal.throwIfAborted();
      if (!(error instanceof LabError) || error.code === 'DISK_FULL') throw error;
      this.#probe.noteFailure();
      this.#logger.info('the base image could not be pulled', { reference, why: error.message });
      listener.onLine(`${reference} could not be pulled: ${error.message}`);
      return null;
    }
  }

  #bootstrap(engine: ContainerEngine, suite: DebianSuite, listener: BuildListener): Promise<string> {
    return inBuildFolder(this.#workDir, async (dir) => {
      listener.onLine('No registry can be reached: the base image is made here, with mmdebstrap.');
      const apt = await readHostApt(undefined, listener.signal);
      const tar = await bootstrap(suite, dir, apt, listener);
      const labels = this.#labels(suite, null, false);
      const imageId = await engine.importRoot(
        tar,
        referenceOf(labels, this.#clock.nowMs()),
        toLabels(labels),
        {
          signal: listener.signal,
          onLine: listener.onLine,
        },
      );
      listener.onProgress(1);
      return imageId;
    });
  }

  #labels(suite: DebianSuite, parent: string | null, ownsParent: boolean): ImageLabels {
    return {
      labId: this.#labId(),
      role: 'base',
      identity: baseIdentity(suite),
      title: `Debian ${suite}`,
      parent,
      ownsParent,
    };
  }
}
