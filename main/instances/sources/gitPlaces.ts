import type { GitPlace } from '../../contract/instanceSources.ts';
import { LabError } from '../../contract/labError.ts';
import type { Git } from './git.ts';
import { listRemote, type RemoteRefs } from './gitRefs.ts';
import { withoutCredentials } from './safeUrl.ts';

/** A place in a repository, as it was looked up. */
export interface FoundPlace {
  /** What to fetch where the commit alone is refused; null: only its id is known. */
  readonly ref: string | null;
  /** null: of an id so short, or of a commit so hidden, that only fetching tells. */
  readonly commit: string | null;
  /** What people asked for, where that is an id: maybe only its beginning. */
  readonly id: string | null;
  /** `branch master`. */
  readonly title: string;
}

/**
 * Looks up where `at` is now; null is the default branch. Rejects with LabError BAD_REQUEST: `source.repository`
 * when it cannot be read or is empty, `source.at` when it has no such place.
 */
export async function findPlace(
  git: Git,
  repository: string,
  at: GitPlace | null,
  signal?: AbortSignal,
): Promise<FoundPlace> {
  const run = signal ? { signal } : {};
  if (at?.kind === 'commit') {
    const title = `commit ${at.id.slice(0, 7)}`;
    if (at.id.length >= 40) return { ref: null, commit: at.id, id: at.id, title };
    return { ...findCommit(await listRemote(git, repository, [], run), at.id), id: at.id, title };
  }
  const wanted = namesOf(at);
  const found = await listRemote(
    git,
    repository,
    wanted.flatMap((name) => [name, `${name}^{}`]),
    run,
  );
  for (const name of wanted) {
    // What an annotated tag stands for has the commit; the tag itself has another id.
    const commit = found.refs.get(`${name}^{}`) ?? found.refs.get(name);
    if (commit !== undefined)
      return { ref: found.head ?? name, commit, id: null, title: titleOf(at, found.head) };
  }
  throw await missing(git, repository, at, signal);
}

function namesOf(at: Exclude<GitPlace, { kind: 'commit' }> | null): string[] {
  if (at === null) return ['HEAD'];
  if (at.kind === 'branch') return [`refs/heads/${at.name}`];
  if (at.kind === 'tag') return [`refs/tags/${at.name}`];
  // GitLab's name for it, then GitHub's, which Gitea and Forgejo share.
  return [`refs/merge-requests/${at.number}/head`, `refs/pull/${at.number}/head`];
}

function titleOf(at: Exclude<GitPlace, { kind: 'commit' }> | null, head: string | null): string {
  if (at === null) return head === null ? 'default branch' : `branch ${head.replace(/^refs\/heads\//, '')}`;
  return at.kind === 'merge-request' ? `merge request ${at.number}` : `${at.kind} ${at.name}`;
}

/** A short id that begins only one of the ids shown is that one. */
function findCommit(remote: RemoteRefs, short: string): Pick<FoundPlace, 'ref' | 'commit'> {
  const ids = new Map(
    [...remote.refs].filter(([, id]) => id.startsWith(short)).map(([ref, id]) => [id, ref]),
  );
  const [only] = ids;
  return only && ids.size === 1 ? { ref: only[1], commit: only[0] } : { ref: null, commit: null };
}

async function missing(
  git: Git,
  repository: string,
  at: Exclude<GitPlace, { kind: 'commit' }> | null,
  signal: AbortSignal | undefined,
): Promise<LabError> {
  const where = withoutCredentials(repository);
  const field = at === null ? 'source.repository' : 'source.at';
  if (at === null)
    return new LabError('BAD_REQUEST', `${where} has no commit on its default branch`, {
      hint: 'Name a branch, a tag or a commit.',
      field,
    });
  if (at.kind === 'merge-request')
    return new LabError('BAD_REQUEST', `${where} shows no merge request ${at.number}`, {
      hint: 'Look at its number. GitLab and GitHub let merge requests be fetched; plain git servers have none.',
      field,
    });
  const prefix = at.kind === 'branch' ? 'refs/heads/' : 'refs/tags/';
  const there = await listRemote(git, repository, [`${prefix}*`], signal ? { signal } : {});
  const names = [...there.refs.keys()]
    .filter((name) => !name.endsWith('^{}'))
    .map((name) => name.slice(prefix.length));
  const some = names.slice(-8).join(', ');
  return new LabError('BAD_REQUEST', `${where} has no ${at.kind} ${at.name}`, {
    hint:
      names.length === 0 ? `It has no ${at.kind} at all.` : `It has ${names.length}, among them: ${some}.`,
    field,
  });
}
