import { mkdir, readdir, rm } from 'node:fs/promises';
import path from 'node:path';
import type { Clock } from '../../base/clock.ts';
import type { Logger } from '../../base/logger.ts';
import type { InstanceSource, ResolvedSource } from '../../contract/instanceSources.ts';
import type { Instance } from '../../contract/instances.ts';
import type { ContainerEngine } from '../engine/engine.ts';
import { type GitToken, SourceReader } from '../sources/index.ts';
import { BaseMaker, baseIdentity } from './bases.ts';
import { Builder, peekFilter } from './builder.ts';
import { type BuildKind, expected } from './estimates.ts';
import { factsReader, factsStep } from './imageFacts.ts';
import { ImageMemory } from './imageMemory.ts';
import type { ImageParts } from './imageParts.ts';
import { ImageShelf, type OwnImage } from './imageShelf.ts';
import { ensurePackageImage, packageIdentity } from './packageImages.ts';
import { ensurePublishedImage, publishedIdentity, publishedTitle } from './publishedImages.ts';
import { hashRecipe } from './recipe.ts';
import { RegistryProbe } from './registryProbe.ts';
import { type BuildListener, SharedWork } from './sharedWork.ts';
import { ensureTreeImage, treeIdentity } from './treeImages.ts';

type Include = Pick<Instance['include'], 'qemu'>;

export interface BuiltImage {
  readonly imageId: string;
  /** LAVA's own; null: the image does not say. */
  readonly version: string | null;
  readonly resolved: ResolvedSource;
}

export interface ListedImage extends OwnImage {
  readonly version: string | null;
}

export interface ImageEstimate {
  /** Seconds for each step; nothing for what is there. */
  readonly seconds: { readonly base: number; readonly image: number };
  /** What it adds to the disk. */
  readonly imageBytes: number;
}

export interface ImageServiceOptions {
  /** The engine to use now; rejects with LabError where there is none. */
  readonly engine: () => Promise<ContainerEngine>;
  /** `resources/instance`. */
  readonly recipeDir: string;
  /** Scratch; all that is in it is removed by `sweep`. */
  readonly workDir: string;
  /** Git mirrors, tarballs, what is known about images. */
  readonly cacheDir: string;
  /** Known once the list of instances has been read. */
  readonly labId: () => string;
  readonly gitToken?: GitToken;
  readonly clock: Clock;
  readonly logger: Logger;
  /** For tests: whether the registry of Debian's images answers. */
  readonly isRegistryReachable?: (signal?: AbortSignal) => Promise<boolean>;
}

/**
 * From a source to an image. Images are known by what they were made from (`identity`, a label), so all instances of
 * this data folder with one source share one image, and there is no list of images beside the engine's own.
 */
export class ImageService {
  readonly #engine: () => Promise<ContainerEngine>;
  readonly #options: ImageServiceOptions;
  readonly #parts: ImageParts;

  constructor(options: ImageServiceOptions) {
    this.#engine = options.engine;
    this.#options = options;
    const { recipeDir, workDir, labId, clock, cacheDir } = options;
    const logger = options.logger.child('images');
    const builder = new Builder({ recipeDir, workDir, clock });
    const probe = new RegistryProbe(clock, options.isRegistryReachable);
    this.#parts = {
      builder,
      bases: new BaseMaker({ builder, probe, workDir, labId, clock, logger }),
      shelf: new ImageShelf(labId),
      memory: new ImageMemory(cacheDir, logger),
      reader: new SourceReader({
        cacheDir,
        scratchDir: workDir,
        ...(options.gitToken ? { gitToken: options.gitToken } : {}),
      }),
      shared: new SharedWork(),
      labId,
      workDir,
      clock,
      recipe: () => hashRecipe(recipeDir),
    };
  }

  /**
   * What a source is now: asks the remote, reads the file; builds nothing. Rejects with LabError BAD_REQUEST with the
   * `field` at fault (`source.repository`, `source.at`, `source.location`, `source.sha256`), TIMEOUT,
   * MISSING_DEPENDENCY, TOO_LARGE, DAMAGED, DISK_FULL.
   */
  async resolve(
    source: InstanceSource,
    run: { readonly signal?: AbortSignal } = {},
  ): Promise<ResolvedSource & { readonly identity: string }> {
    await this.#makeFolders();
    if (source.kind === 'package') return { ...packageTitle(source), identity: `package:${source.suite}` };
    if (source.kind !== 'image') {
      const found = await this.#parts.reader.resolve(source, run);
      return { ...found.resolved, identity: found.identity };
    }
    const here = await (await this.#engine()).findImage(source.reference);
    return { ...publishedTitle(source), identity: `image:${here?.imageId ?? source.reference}` };
  }

  /** The image of this source that is there; null: it has to be built. Rejects as `resolve`, and as the engine does. */
  async find(
    source: InstanceSource,
    include: Include,
    run: { readonly signal?: AbortSignal } = {},
  ): Promise<BuiltImage | null> {
    const engine = await this.#engine();
    const { identity: content, ...resolved } = await this.resolve(source, run);
    const identity = await this.#identity(engine, source, include, content);
    const image = identity && (await this.#parts.shelf.newest(engine, 'instance', identity));
    return image ? this.#describe(engine, image.imageId, resolved, run.signal) : null;
  }

  /**
   * The image of this source, built where it is missing; with `refresh` also where the source has something newer.
   * Who asks for the same at once waits for the same build. Rejects as `resolve`, as the engine does, with DISK_FULL
   * before or while it builds, and with the signal's reason; then nothing of it stays behind.
   */
  async ensure(
    source: InstanceSource,
    include: Include,
    options: BuildListener & { readonly refresh: boolean },
  ): Promise<BuiltImage> {
    await this.#makeFolders();
    const engine = await this.#engine();
    const { refresh, ...listener } = options;
    const how = { refresh, listener };
    const { resolved, imageId } = await this.#make(engine, source, include.qemu, how);
    return this.#describe(engine, imageId, resolved, options.signal);
  }

  /** What building this would take; of an image that is there, nothing. Does not ask the source. */
  async estimate(source: InstanceSource, isThere: boolean, include: Include): Promise<ImageEstimate> {
    if (isThere) return { seconds: { base: 0, image: 0 }, imageBytes: 0 };
    const { memory, shelf } = this.#parts;
    if (source.kind === 'image') {
      const { seconds, bytes } = await expected(memory, 'published', null);
      return { seconds: { base: 0, image: seconds }, imageBytes: bytes };
    }
    const engine = await this.#engine();
    const { suite } = source;
    const kinds: BuildKind[] = [];
    const has = async (role: 'base' | 'instance', identity: string) =>
      (await shelf.newest(engine, role, identity)) !== null;
    if (!(await has('base', baseIdentity(suite)))) kinds.push('base');
    if (!(await has('instance', await packageIdentity(this.#parts, { suite, qemu: include.qemu }))))
      kinds.push(include.qemu ? 'package-qemu' : 'package');
    if (source.kind !== 'package') kinds.push('tree');
    const estimate = { base: 0, image: 0, bytes: 0 };
    for (const kind of kinds) {
      const { seconds, bytes } = await expected(memory, kind, suite);
      estimate[kind === 'base' ? 'base' : 'image'] += seconds;
      estimate.bytes += bytes;
    }
    return { seconds: { base: estimate.base, image: estimate.image }, imageBytes: estimate.bytes };
  }

  /** All images of this data folder, newest first. */
  async list(): Promise<ListedImage[]> {
    const images = await this.#parts.shelf.list(await this.#engine());
    return Promise.all(
      images.map(async (image) => ({ ...image, version: await this.#knownVersion(image.imageId) })),
    );
  }

  /**
   * Removes all images that are neither among `inUse` nor under one that is, and what was fetched to build them.
   * An image some container uses stays.
   */
  async prune(inUse: ReadonlySet<string>): Promise<{ removed: string[]; freedBytes: number }> {
    const engine = await this.#engine();
    await this.#parts.reader.clear();
    const pruned = await this.#parts.shelf.prune(engine, inUse);
    const left = await this.#parts.shelf.list(engine);
    await this.#parts.memory.forgetAllBut(new Set(left.map(({ imageId }) => imageId)));
    return pruned;
  }

  /** At start, before anything else: removes what a Labdeck left that was killed. */
  async sweep(): Promise<void> {
    for (const name of await readdir(this.#options.workDir).catch(() => []))
      await rm(path.join(this.#options.workDir, name), { recursive: true, force: true });
    await this.#parts.reader.sweep();
    const engine = await this.#engine().catch(() => null);
    if (!engine) return;
    const labId = this.#parts.labId();
    await engine.sweepBuilds(`io.labdeck.lab=${labId}`);
    for (const image of await engine.images(peekFilter(labId))) await engine.removeImage(image.imageId);
  }

  async #make(
    engine: ContainerEngine,
    source: InstanceSource,
    qemu: boolean,
    how: { readonly refresh: boolean; readonly listener: BuildListener },
  ): Promise<{ imageId: string; resolved: ResolvedSource }> {
    if (source.kind === 'package') {
      const imageId = await ensurePackageImage(this.#parts, engine, { suite: source.suite, qemu }, how);
      return { imageId, resolved: packageTitle(source) };
    }
    if (source.kind !== 'image') return ensureTreeImage(this.#parts, engine, source, qemu, how);
    const imageId = await ensurePublishedImage(this.#parts, engine, source, qemu, how);
    return { imageId, resolved: publishedTitle(source) };
  }

  async #identity(
    engine: ContainerEngine,
    source: InstanceSource,
    { qemu }: Include,
    content: string,
  ): Promise<string | null> {
    if (source.kind === 'package') return packageIdentity(this.#parts, { suite: source.suite, qemu });
    if (source.kind !== 'image') return treeIdentity(this.#parts, source, qemu, content);
    const image = await engine.findImage(source.reference);
    return image && publishedIdentity(this.#parts, image, qemu);
  }

  async #describe(
    engine: ContainerEngine,
    imageId: string,
    resolved: ResolvedSource,
    signal?: AbortSignal,
  ): Promise<BuiltImage> {
    const known = await this.#knownVersion(imageId);
    if (known !== null) return { imageId, version: known, resolved };
    // Its build was noted by another Labdeck, or the notes were lost.
    const reader = factsReader();
    const script = factsStep.replace(/^RUN /, '');
    const { labId, builder, memory } = this.#parts;
    const stop = signal ?? new AbortController().signal;
    for (const line of await builder.peek(engine, imageId, labId(), script, stop)) reader.read(line);
    const facts = reader.facts();
    if (facts) await memory.noteFacts(imageId, facts);
    return { imageId, version: facts?.sourceVersion ?? facts?.lavaVersion ?? null, resolved };
  }

  async #knownVersion(imageId: string): Promise<string | null> {
    const facts = await this.#parts.memory.facts(imageId);
    return facts?.sourceVersion ?? facts?.lavaVersion ?? null;
  }

  async #makeFolders(): Promise<void> {
    await mkdir(this.#options.workDir, { recursive: true, mode: 0o700 });
    await mkdir(this.#options.cacheDir, { recursive: true, mode: 0o700 });
  }
}

function packageTitle({ suite }: Extract<InstanceSource, { kind: 'package' }>): ResolvedSource {
  return { title: `LAVA from Debian ${suite}`, commit: null, sha256: null };
}
