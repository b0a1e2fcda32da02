import type { Git } from './git.ts';
import type { GitMirrors } from './gitMirrors.ts';
import { listRemote } from './gitRefs.ts';

/**
 * A version for a commit that was fetched: `2026.09-3-g1a2b3c4` by the last release in its history, else
 * `<baseVersion>+1a2b3c4`. LAVA's own rule (`git describe --match=[0-9]*`), which its tree cannot follow without
 * its repository.
 */
export async function versionOfCommit(
  git: Git,
  mirrors: GitMirrors,
  source: { readonly repository: string; readonly commit: string; readonly baseVersion: string },
  signal?: AbortSignal,
): Promise<string> {
  const { repository, commit } = source;
  const run = signal ? { signal } : {};
  const unnamed = `${source.baseVersion}+${commit.slice(0, 7)}`;
  const tags = await releases(git, repository, signal);
  const history = new Set(
    (await mirrors.ask(repository, ['rev-list', '--end-of-options', commit], run)).split('\n'),
  );
  const known = [...tags].filter(([, id]) => history.has(id));
  if (known.length === 0) return unnamed;
  // The tags were not fetched: each would bring its whole history.
  for (const [tag, id] of known) await mirrors.ask(repository, ['update-ref', `refs/tags/${tag}`, id], run);
  const describe = ['describe', '--tags', '--abbrev=7', '--match=[0-9]*', commit];
  return (await mirrors.ask(repository, describe, run)).trim();
}

/** Tags that look like a release, with their commits. Without them a version is only less telling. */
async function releases(git: Git, repository: string, signal?: AbortSignal): Promise<Map<string, string>> {
  const found = await listRemote(git, repository, ['refs/tags/*'], signal ? { signal } : {}).catch(() => {
    signal?.throwIfAborted();
    return null;
  });
  const tags = new Map<string, string>();
  for (const [name, id] of found?.refs ?? []) {
    const [, tag, peeled] = /^refs\/tags\/(\d[\w.+~-]*)(\^\{\})?$/.exec(name) ?? [];
    if (tag !== undefined && (peeled !== undefined || !tags.has(tag))) tags.set(tag, id);
  }
  return tags;
}
