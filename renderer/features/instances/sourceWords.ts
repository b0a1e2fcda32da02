import type { GitPlace, Instance, InstanceSource, Watch } from '../../../main/contract/index.ts';

/** What an instance is made from, in a few words, before anything is looked up. */
export function sourceTitle(source: InstanceSource): string {
  switch (source.kind) {
    case 'package':
      return `LAVA from Debian ${source.suite}`;
    case 'tarball':
      return `release ${lastPart(source.location)}`;
    case 'branch':
      return `${source.at === null ? 'default branch' : placeTitle(source.at)} of ${lastPart(source.repository)}`;
    case 'image':
      return `image ${source.reference}`;
  }
}

/** What it was really made from, where that is known. */
export function instanceTitle(instance: Pick<Instance, 'source' | 'resolved'>): string {
  return instance.resolved?.title ?? sourceTitle(instance.source);
}

export function placeTitle(at: GitPlace): string {
  switch (at.kind) {
    case 'branch':
      return `branch ${at.name}`;
    case 'tag':
      return `tag ${at.name}`;
    case 'commit':
      return `commit ${at.id.slice(0, 10)}`;
    case 'merge-request':
      return `merge request !${at.number}`;
  }
}

/** `Branches feature/* of lava.git`, `Merge requests of lava/lava`. */
export function targetTitle(target: Watch['target']): string {
  if (target.kind === 'branches') return `Branches ${target.pattern} of ${lastPart(target.repository)}`;
  const project = URL.canParse(target.project) ? new URL(target.project).pathname.slice(1) : target.project;
  const label = target.label === null ? '' : ` labelled ${target.label}`;
  return `Merge requests${label} of ${project}`;
}

/** The last part of an address or path: what people call it by. */
function lastPart(address: string): string {
  return (
    address
      .replace(/[?#].*$/, '')
      .split(/[/:]/)
      .findLast((part) => part !== '') ?? address
  );
}
