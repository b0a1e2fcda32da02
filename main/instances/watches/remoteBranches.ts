import { Git } from '../sources/git.ts';
import { listRemote } from '../sources/gitRefs.ts';

/** All branches of a remote with their commits. Rejects as `listRemote` does: an answer is never half of one. */
export type ListBranches = (
  repository: string,
  token: string | null,
  signal: AbortSignal,
) => Promise<ReadonlyMap<string, string>>;

const prefix = 'refs/heads/';

/** By `git ls-remote`. `scratchDir`: for files that live as long as the command. */
export function gitBranches(scratchDir: string): ListBranches {
  return async (repository, token, signal) => {
    const git = new Git({ scratchDir, token: async () => token });
    const { refs } = await listRemote(git, repository, [`${prefix}*`], { signal });
    return new Map(
      [...refs].flatMap(([ref, commit]) =>
        ref.startsWith(prefix) ? [[ref.slice(prefix.length), commit] as const] : [],
      ),
    );
  };
}
