import type { InstanceImage } from '../contract/index.ts';
import type { ListedImage } from './images/index.ts';
import type { InstanceRecord } from './instanceRecord.ts';

/** Images as clients see them: an image is used by the instances that run it, and by those whose image stands on it. */
export function toImageList(
  images: readonly ListedImage[],
  records: readonly InstanceRecord[],
): InstanceImage[] {
  const parents = new Map(images.map(({ imageId, is }) => [imageId, is.parent]));
  const standsOn = (imageId: string, below: string): boolean => {
    for (let at: string | null = imageId; at !== null; at = parents.get(at) ?? null)
      if (at === below) return true;
    return false;
  };
  return images.map(({ imageId, is, version, ownBytes, createdAtMs }) => ({
    imageId,
    title: is.title,
    version,
    sizeBytes: ownBytes,
    createdAtMs,
    role: is.role,
    usedBy: records.flatMap(({ name, image }) => (image && standsOn(image.imageId, imageId) ? [name] : [])),
  }));
}
