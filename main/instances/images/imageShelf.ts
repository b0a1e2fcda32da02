import { LabError } from '../../contract/labError.ts';
import type { ContainerEngine, ImageInfo } from '../engine/engine.ts';
import { labFilter } from '../names.ts';
import { type ImageLabels, type ImageRole, readLabels } from './labels.ts';

/** An image of this data folder. */
export interface OwnImage extends ImageInfo {
  readonly is: ImageLabels;
  /** Without what it shares with the image it stands on, where that is ours too. */
  readonly ownBytes: number;
}

/** The images of one data folder, as the engine has them now. */
export class ImageShelf {
  readonly #labId: () => string;

  constructor(labId: () => string) {
    this.#labId = labId;
  }

  /** Newest first. */
  async list(engine: ContainerEngine): Promise<OwnImage[]> {
    const images = await engine.images(labFilter(this.#labId()));
    const sizes = new Map(images.map(({ imageId, sizeBytes }) => [imageId, sizeBytes]));
    return images
      .flatMap((image) => {
        const is = readLabels(image, this.#labId());
        if (!is) return [];
        const below = is.parent === null ? 0 : (sizes.get(is.parent) ?? 0);
        return [{ ...image, is, ownBytes: Math.max(0, image.sizeBytes - below) }];
      })
      .sort((a, b) => b.createdAtMs - a.createdAtMs);
  }

  /** The newest of an identity; null: there is none. */
  async newest(engine: ContainerEngine, role: ImageRole, identity: string): Promise<OwnImage | null> {
    const images = await this.list(engine);
    return images.find(({ is }) => is.role === role && is.identity === identity) ?? null;
  }

  /**
   * Removes what neither is in use nor is stood on by what is. What a container uses stays, whoever made that.
   * Resolves with the ids, and with the bytes that were theirs alone.
   */
  async prune(
    engine: ContainerEngine,
    inUse: ReadonlySet<string>,
  ): Promise<{ removed: string[]; freedBytes: number }> {
    const images = await this.list(engine);
    const kept = keptOf(images, inUse);
    const removed: string[] = [];
    let freedBytes = 0;
    // What stands on others goes first: an engine keeps what something stands on.
    for (const image of byHeight(images).filter(({ imageId }) => !kept.has(imageId))) {
      if (!(await tryRemove(engine, image.imageId))) continue;
      removed.push(image.imageId);
      freedBytes += image.ownBytes;
      const { parent, ownsParent } = image.is;
      const isShared = images.some((one) => one.is.parent === parent && !removed.includes(one.imageId));
      if (parent !== null && ownsParent && !isShared) await tryRemove(engine, parent);
    }
    return { removed, freedBytes };
  }
}

/** In use, and all that is under it. */
function keptOf(images: readonly OwnImage[], inUse: ReadonlySet<string>): Set<string> {
  const byId = new Map(images.map((image) => [image.imageId, image]));
  const kept = new Set<string>();
  for (const start of inUse) {
    for (let at: string | null = start; at !== null && !kept.has(at); at = byId.get(at)?.is.parent ?? null)
      kept.add(at);
  }
  return kept;
}

/** Those nothing stands on first. */
function byHeight(images: readonly OwnImage[]): OwnImage[] {
  const byId = new Map(images.map((image) => [image.imageId, image]));
  const height = (image: OwnImage): number => {
    const below = image.is.parent === null ? undefined : byId.get(image.is.parent);
    return below ? height(below) + 1 : 0;
  };
  return [...images].sort((a, b) => height(b) - height(a));
}

/** False: it is in use. */
async function tryRemove(engine: ContainerEngine, imageId: string): Promise<boolean> {
  try {
    await engine.removeImage(imageId);
    return true;
  } catch (error) {
    if (error instanceof LabError && error.code === 'CONFLICT') return false;
    throw error;
  }
}
