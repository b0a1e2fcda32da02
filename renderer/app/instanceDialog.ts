import type { NewInstance } from '../../main/contract/index.ts';

/** Questions about instances, by name, their backups and their watches. */
export type InstanceDialog =
  /** `answers`: what it opens with; null: what suits most. */
  | { readonly kind: 'new-instance'; readonly answers: NewInstance | null }
  | { readonly kind: 'remove-instance'; readonly name: string }
  | { readonly kind: 'upgrade-instance'; readonly name: string }
  | { readonly kind: 'upgrade-all' }
  | { readonly kind: 'clone-instance'; readonly name: string }
  | { readonly kind: 'new-password'; readonly name: string }
  /** `backupId` null: from a file; `name` null: into a new instance. */
  | { readonly kind: 'restore'; readonly backupId: string | null; readonly name: string | null }
  | { readonly kind: 'delete-backup'; readonly backupId: string }
  | { readonly kind: 'new-watch' }
  | { readonly kind: 'remove-watch'; readonly watchId: string };

const kinds: Readonly<Record<InstanceDialog['kind'], true>> = {
  'new-instance': true,
  'remove-instance': true,
  'upgrade-instance': true,
  'upgrade-all': true,
  'clone-instance': true,
  'new-password': true,
  restore: true,
  'delete-backup': true,
  'new-watch': true,
  'remove-watch': true,
};

export function isInstanceDialog<T extends { readonly kind: string }>(
  dialog: T,
): dialog is Extract<T, InstanceDialog> {
  return Object.hasOwn(kinds, dialog.kind);
}
