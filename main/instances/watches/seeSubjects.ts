import { LabError } from '../../contract/labError.ts';
import { branchMatcher } from './branchPattern.ts';
import { parseProject } from './gitlabProject.ts';
import { type Fetch, listMergeRequests } from './gitlabRequests.ts';
import type { ListBranches } from './remoteBranches.ts';
import type { Subject } from './subject.ts';
import type { WatchSettings } from './watchFile.ts';

export interface Remotes {
  readonly branches: ListBranches;
  readonly fetch: Fetch;
}

/**
 * What is open now on what a watch looks at, oldest first (branches, which have no age, by name). All of it, or it
 * rejects with LabError or the signal's reason.
 */
export async function seeSubjects(
  { target }: WatchSettings,
  token: string | null,
  { branches, fetch }: Remotes,
  signal: AbortSignal,
): Promise<Subject[]> {
  if (target.kind === 'branches') {
    const { repository, pattern } = target;
    const isWanted = branchMatcher(pattern);
    const found = await branches(repository, token, signal);
    return [...found]
      .filter(([name]) => isWanted(name))
      .sort(([a], [b]) => (a < b ? -1 : 1))
      .map(([name, commit]) => ({
        subject: name,
        title: name,
        commit,
        repository,
        at: { kind: 'branch', name },
      }));
  }
  const project = parseProject(target.project);
  if (!project) throw new LabError('BAD_REQUEST', `${target.project} names no project`);
  const requests = await listMergeRequests({ project, label: target.label, token, fetch, signal });
  return requests.map(({ number, title, commit }) => ({
    subject: `!${number}`,
    title,
    commit,
    repository: project.repository,
    at: { kind: 'merge-request', number },
  }));
}
