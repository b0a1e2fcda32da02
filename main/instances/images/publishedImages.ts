import type { InstanceSource, ResolvedSource } from '../../contract/instanceSources.ts';
import { LabError } from '../../contract/labError.ts';
import type { ContainerEngine, ImageInfo } from '../engine/engine.ts';
import { requireEngineSpace } from './diskSpace.ts';
import { expected } from './estimates.ts';
import { type ImageParts, measured } from './imageParts.ts';
import { hasRecipe } from './labels.ts';
import { ownBytes } from './packageImages.ts';
import { identityOf } from './recipe.ts';
import type { BuildListener } from './sharedWork.ts';

export type PublishedSource = Extract<InstanceSource, { kind: 'image' }>;

const field = 'source.reference';

/** One that has our recipe already is what it is; another one gets it. */
export async function publishedIdentity(parts: ImageParts, image: ImageInfo, qemu: boolean): Promise<string> {
  return hasRecipe(image)
    ? identityOf('published', image.imageId)
    : identityOf('published', image.imageId, await parts.recipe(), qemu ? 'qemu' : '');
}

export function publishedTitle({ reference }: PublishedSource): ResolvedSource {
  return { title: `image ${reference}`, commit: null, sha256: null };
}

/** An image somebody published, by its reference: here already, or pulled. */
export async function ensurePublishedImage(
  parts: ImageParts,
  engine: ContainerEngine,
  source: PublishedSource,
  qemu: boolean,
  options: { readonly refresh: boolean; readonly listener: BuildListener },
): Promise<string> {
  return parts.shared.run(
    identityOf('pull', source.reference, `${qemu}`),
    options.listener,
    async (listener) => {
      listener.onStep('base');
      const before = await engine.findImage(source.reference);
      const image = await present(engine, source.reference, before, options.refresh, listener);
      listener.onProgress(1);
      const identity = await publishedIdentity(parts, image, qemu);
      const there = await parts.shelf.newest(engine, 'instance', identity);
      if (there) return there.imageId;
      listener.onStep('image');
      const labels = {
        labId: parts.labId(),
        role: 'instance',
        identity,
        title: publishedTitle(source).title,
        parent: image.imageId,
        ownsParent: before === null,
      } as const;
      const request = { base: image.imageId, labels, listener };
      if (hasRecipe(image)) return (await noted(parts, parts.builder.relabel(engine, request))).imageId;
      await requireEngineSpace(
        engine,
        (await expected(parts.memory, 'published', null)).bytes,
        'Building the image',
      );
      return measured(
        parts,
        { kind: 'published', suite: null, bytes: (imageId) => ownBytes(parts, engine, imageId) },
        () => parts.builder.recipe(engine, request, qemu),
      );
    },
  );
}

async function noted(parts: ImageParts, building: ReturnType<ImageParts['builder']['relabel']>) {
  const built = await building;
  if (built.facts) await parts.memory.noteFacts(built.imageId, built.facts);
  return built;
}

async function present(
  engine: ContainerEngine,
  reference: string,
  before: ImageInfo | null,
  refresh: boolean,
  listener: BuildListener,
): Promise<ImageInfo> {
  if (before && !refresh) return before;
  try {
    await engine.pull(reference, { signal: listener.signal, onLine: listener.onLine });
  } catch (error) {
    listener.signal.throwIfAborted();
    // One that was built or loaded here is in no registry.
    if (before && error instanceof LabError && error.code !== 'DISK_FULL') {
      listener.onLine(`${reference} could not be looked for: ${error.message}`);
      return before;
    }
    throw named(error, reference);
  }
  const pulled = await engine.findImage(reference);
  if (pulled) return pulled;
  throw new LabError('NOT_FOUND', `${reference} was pulled, but is not there`, { field });
}

function named(error: unknown, reference: string): unknown {
  if (!(error instanceof LabError)) return error;
  const hint =
    'Give its whole reference, such as registry.example.org/lab/lava:1, and look whether it is public.';
  const code = error.code === 'NOT_FOUND' || error.code === 'COMMAND_FAILED' ? 'BAD_REQUEST' : error.code;
  return new LabError(code, `${reference} could not be pulled: ${error.message}`, {
    ...error.data,
    hint,
    field,
  });
}
