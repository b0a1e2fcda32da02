import { LabError } from '../../contract/labError.ts';
import { addressOf, type Git, type GitRun } from './git.ts';
import { withoutCredentials } from './safeUrl.ts';

/** What a remote shows of itself. */
export interface RemoteRefs {
  /** Full name (`refs/heads/master`, `refs/tags/1.0^{}`) to commit or tag id. */
  readonly refs: ReadonlyMap<string, string>;
  /** The branch HEAD stands for; null: it stands for none, or was not asked for. */
  readonly head: string | null;
}

const listMs = 30_000;
const hint = 'Look whether the address is right and can be reached, and whether it wants a token.';

/**
 * `git ls-remote`: `patterns` are full names of refs, where `*` stands for anything. Rejects with LabError: TIMEOUT,
 * MISSING_DEPENDENCY (no git), BAD_REQUEST with the field `source.repository` when it cannot be read.
 */
export async function listRemote(
  git: Git,
  repository: string,
  patterns: readonly string[],
  run: Partial<Omit<GitRun, 'repository'>> = {},
): Promise<RemoteRefs> {
  const args = ['ls-remote', '--symref', '--', addressOf(repository), ...patterns];
  try {
    return parseRefs(await git.run(args, { timeoutMs: listMs, ...run, repository }));
  } catch (error) {
    throw unreadable(error, repository);
  }
}

/** `<id>\t<name>` and, for HEAD, `ref: <name>\tHEAD` (git-ls-remote(1)). */
export function parseRefs(text: string): RemoteRefs {
  const refs = new Map<string, string>();
  let head: string | null = null;
  for (const line of text.split('\n')) {
    const [left = '', name = ''] = line.split('\t');
    if (left.startsWith('ref: ') && name === 'HEAD') head = left.slice(5);
    else if (/^[0-9a-f]{40,64}$/.test(left) && name !== '') refs.set(name, left);
  }
  return { refs, head };
}

/** What git said, for people; git has no codes for what went wrong. */
export function unreadable(error: unknown, repository: string): unknown {
  if (!(error instanceof LabError)) return error;
  const at = withoutCredentials(repository);
  if (error.code === 'TIMEOUT')
    return new LabError('TIMEOUT', `${at} did not answer in time`, { hint, field: 'source.repository' });
  if (error.code !== 'COMMAND_FAILED') return error;
  const said = withoutCredentials(lastWords(String(error.data.details?.stderr ?? '')));
  const message = `${at} cannot be read as a git repository${said === '' ? '' : `: ${said}`}`;
  return new LabError('BAD_REQUEST', message, { hint, field: 'source.repository' }, { cause: error });
}

function lastWords(stderr: string): string {
  const lines = stderr.split('\n').filter((line) => /^(fatal|error|ERROR|remote):? /.test(line));
  return (lines[0] ?? '').replace(/^(fatal|error|ERROR|remote):? */, '').slice(0, 300);
}
