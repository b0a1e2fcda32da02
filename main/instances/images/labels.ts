import type { ImageInfo, Labels } from '../engine/engine.ts';
import { labLabel } from '../names.ts';

/** `base`: a bare Debian. `instance`: what instances run. */
export type ImageRole = 'base' | 'instance';

export interface ImageLabels {
  readonly labId: string;
  readonly role: ImageRole;
  /** What it was made from: images of one identity can stand in for each other. */
  readonly identity: string;
  /** For people. */
  readonly title: string;
  /** The image it stands on, where that is ours or was fetched by us. */
  readonly parent: string | null;
  /** True where the parent was pulled for this image alone, and goes with it. */
  readonly ownsParent: boolean;
}

const identityLabel = 'io.labdeck.identity';
const roleLabel = 'io.labdeck.role';
const titleLabel = 'io.labdeck.title';
const parentLabel = 'io.labdeck.parent';
const ownsParentLabel = 'io.labdeck.owns-parent';
/** That Labdeck's recipe is in it: such an image, published, is used as it is. */
const recipeLabel = 'io.labdeck.recipe';

/** All of them, always: an image inherits those of the one it stands on. */
export function toLabels(labels: ImageLabels): Labels {
  return {
    [labLabel]: labels.labId,
    [roleLabel]: labels.role,
    [identityLabel]: labels.identity,
    [titleLabel]: labels.title,
    [parentLabel]: labels.parent ?? '',
    [ownsParentLabel]: labels.ownsParent ? '1' : '',
    ...(labels.role === 'instance' ? { [recipeLabel]: '1' } : {}),
  };
}

/** null: it is none of this data folder's. */
export function readLabels({ labels }: ImageInfo, labId: string): ImageLabels | null {
  const role = labels[roleLabel];
  const identity = labels[identityLabel];
  if (labels[labLabel] !== labId || (role !== 'base' && role !== 'instance') || identity === undefined)
    return null;
  return {
    labId,
    role,
    identity,
    title: labels[titleLabel] ?? '',
    parent: labels[parentLabel] || null,
    ownsParent: labels[ownsParentLabel] === '1',
  };
}

export function hasRecipe(image: ImageInfo): boolean {
  return image.labels[recipeLabel] !== undefined;
}

/** A name nobody else uses; podman and docker both take one without a registry as being here. */
export function referenceOf(labels: ImageLabels, nowMs: number): string {
  const what = labels.role === 'base' ? 'labdeck-base' : 'labdeck-instance';
  return `localhost/${what}:${labels.identity.slice(0, 16)}-${nowMs.toString(36)}`;
}
