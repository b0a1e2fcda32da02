import type { InstanceImage } from '../../../main/contract/index.ts';

/** Those no instance needs. What others may be built on counts only where no instance is left at all. */
export function unusedImages(images: readonly InstanceImage[]): readonly InstanceImage[] {
  const anyUsed = images.some(({ usedBy }) => usedBy.length > 0);
  return images.filter(({ usedBy, role }) => usedBy.length === 0 && (role === 'instance' || !anyUsed));
}
