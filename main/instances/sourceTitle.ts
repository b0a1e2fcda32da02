import type { InstanceSource } from '../contract/index.ts';

/** What a source is, for people, before anybody has looked at it. */
export function sourceTitle(source: InstanceSource): string {
  switch (source.kind) {
    case 'package':
      return `LAVA from Debian ${source.suite}`;
    case 'tarball':
      return `LAVA from ${source.location.split('/').at(-1) ?? source.location}`;
    case 'image':
      return source.reference;
    case 'branch':
      return `LAVA from ${placeTitle(source.at)} of ${source.repository}`;
  }
}

function placeTitle(at: Extract<InstanceSource, { kind: 'branch' }>['at']): string {
  if (!at) return 'the default branch';
  if (at.kind === 'merge-request') return `merge request !${at.number}`;
  return at.kind === 'commit' ? `commit ${at.id.slice(0, 10)}` : `${at.kind} ${at.name}`;
}
