import type { GitPlace, InstanceSource, InstanceSourceInput } from '../../../main/contract/index.ts';
import { numberIn } from './usageText.ts';

export type SourceKind = InstanceSource['kind'];
export type PlaceKind = 'default' | GitPlace['kind'];

/** A source as a form holds it: what was typed for one kind stays while another is looked at. */
export interface SourceDraft {
  readonly kind: SourceKind;
  readonly suite: 'forky' | 'sid';
  readonly location: string;
  readonly sha256: string;
  readonly repository: string;
  readonly at: PlaceKind;
  /** Name, id or number of what `at` says. */
  readonly place: string;
  readonly reference: string;
}

export const packageDraft: SourceDraft = {
  kind: 'package',
  suite: 'forky',
  location: '',
  sha256: '',
  repository: '',
  at: 'default',
  place: '',
  reference: '',
};

export function sourceDraft(source: InstanceSource): SourceDraft {
  const suite = source.kind === 'image' ? packageDraft.suite : source.suite;
  const draft = { ...packageDraft, kind: source.kind, suite };
  switch (source.kind) {
    case 'package':
      return draft;
    case 'tarball':
      return { ...draft, location: source.location, sha256: source.sha256 ?? '' };
    case 'branch':
      return { ...draft, repository: source.repository, ...placeDraft(source.at) };
    case 'image':
      return { ...draft, reference: source.reference };
  }
}

/** Not checked: the contract's schema says what is wrong with it. */
export function toSource(draft: SourceDraft): InstanceSourceInput {
  const { kind, suite } = draft;
  switch (kind) {
    case 'package':
      return { kind, suite };
    case 'tarball': {
      const sha256 = draft.sha256.trim().toLowerCase();
      return { kind, location: draft.location.trim(), sha256: sha256 === '' ? null : sha256, suite };
    }
    case 'branch':
      return { kind, repository: draft.repository.trim(), at: toPlace(draft), suite };
    case 'image':
      return { kind, reference: draft.reference.trim() };
  }
}

function placeDraft(at: GitPlace | null): Pick<SourceDraft, 'at' | 'place'> {
  if (at === null) return { at: 'default', place: '' };
  if (at.kind === 'commit') return { at: at.kind, place: at.id };
  return { at: at.kind, place: at.kind === 'merge-request' ? String(at.number) : at.name };
}

function toPlace({ at, place }: SourceDraft): GitPlace | null {
  const text = place.trim();
  if (at === 'default') return null;
  if (at === 'commit') return { kind: at, id: text.toLowerCase() };
  if (at === 'merge-request') return { kind: at, number: numberIn(text.replace(/^!/, '')) };
  return { kind: at, name: text };
}
