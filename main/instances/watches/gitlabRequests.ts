import { z } from 'zod';
import { messageOf } from '../../base/errno.ts';
import { LabError } from '../../contract/labError.ts';
import type { GitlabProject } from './gitlabProject.ts';
import { readLimited } from './readLimited.ts';

export type Fetch = typeof globalThis.fetch;

/** An open merge request. */
export interface MergeRequest {
  readonly number: number;
  readonly title: string;
  readonly commit: string;
}

/** Of GitLab's answer what is used (https://docs.gitlab.com/api/merge_requests/). */
const answer = z.array(
  z.object({
    iid: z.int().min(1).max(10_000_000),
    title: z.string(),
    /** null while its branch has no commit. */
    sha: z
      .string()
      .regex(/^[0-9a-f]{40,64}$/)
      .nullable(),
  }),
);

const requestMs = 30_000;
/** Of 100 each. */
const maxPages = 50;
const maxPageBytes = 16 * 1024 * 1024;
const maxRedirects = 5;
const maxWaitMs = 24 * 3_600_000;

interface Ask {
  readonly project: GitlabProject;
  readonly label: string | null;
  readonly token: string | null;
  readonly fetch: Fetch;
  readonly signal: AbortSignal;
  readonly timeoutMs?: number;
}

/**
 * The open merge requests of a project, oldest first. Rejects with LabError UNAUTHORIZED, FORBIDDEN, NOT_FOUND, TIMEOUT,
 * TOO_LARGE, BAD_REQUEST (the server sends us elsewhere) or COMMAND_FAILED (unreachable, 5xx, no such answer; 429 has
 * `retryAfterMs` in its details), or the signal's reason. Never answers with a part of the list.
 */
export async function listMergeRequests(ask: Ask): Promise<MergeRequest[]> {
  const { project, label } = ask;
  const url = new URL(`/api/v4/projects/${encodeURIComponent(project.path)}/merge_requests`, project.origin);
  url.search = new URLSearchParams({
    state: 'opened',
    order_by: 'created_at',
    sort: 'asc',
    per_page: '100',
    ...(label === null ? {} : { labels: label }),
  }).toString();
  const found = new Map<number, MergeRequest>();
  let next: URL | null = url;
  for (let page = 1; next; page += 1) {
    if (page > maxPages)
      throw new LabError('TOO_LARGE', `${project.origin} has no end of merge requests`, {
        hint: 'Watch those with one label.',
      });
    const { body, headers } = await getPage(next, ask);
    // A list that changes between two pages may show one of them twice.
    for (const { iid, title, sha } of body)
      if (sha !== null) found.set(iid, { number: iid, title, commit: sha });
    next = nextPage(next, headers);
  }
  return [...found.values()];
}

function nextPage(url: URL, headers: Headers): URL | null {
  const number = headers.get('x-next-page');
  if (number !== null && /^\d+$/.test(number)) {
    const next = new URL(url.href);
    next.searchParams.set('page', number);
    return next;
  }
  // Behind some proxies only this one is left.
  const link = /<([^>]+)>;\s*rel="?next"?/.exec(headers.get('link') ?? '')?.[1];
  const next = link !== undefined && URL.canParse(link, url.href) ? new URL(link, url.href) : null;
  return next && number === null && next.origin === url.origin ? next : null;
}

async function getPage(url: URL, ask: Ask): Promise<{ body: z.infer<typeof answer>; headers: Headers }> {
  const late = AbortSignal.timeout(ask.timeoutMs ?? requestMs);
  const signal = AbortSignal.any([ask.signal, late]);
  try {
    const response = await getFollowing(url, ask, signal);
    if (!response.ok) {
      await response.body?.cancel();
      throw refusal(response, ask);
    }
    const text = await readLimited(response, maxPageBytes);
    return { body: parse(text, url), headers: response.headers };
  } catch (error) {
    ask.signal.throwIfAborted();
    if (error instanceof LabError) throw error;
    if (late.aborted)
      throw new LabError('TIMEOUT', `${url.origin} did not answer in time`, {}, { cause: error });
    throw new LabError(
      'COMMAND_FAILED',
      `${url.origin} cannot be reached: ${reasonOf(error)}`,
      { hint: 'Nothing is changed until it answers again.' },
      { cause: error },
    );
  }
}

/** Follows redirects on the server itself; the token goes nowhere else. */
async function getFollowing(url: URL, { token, fetch }: Ask, signal: AbortSignal): Promise<Response> {
  let at = url;
  for (let count = 0; count <= maxRedirects; count += 1) {
    const response = await fetch(at.href, {
      headers: { accept: 'application/json', ...(token === null ? {} : { 'PRIVATE-TOKEN': token }) },
      redirect: 'manual',
      signal,
    });
    const location = response.headers.get('location');
    if (response.status < 300 || response.status >= 400 || location === null) return response;
    await response.body?.cancel();
    const target = URL.canParse(location, at.href) ? new URL(location, at.href) : null;
    if (target?.origin !== url.origin)
      throw new LabError('BAD_REQUEST', `${url.origin} sends us to ${target?.origin ?? 'nowhere'}`, {
        hint: 'Watch the project under the address it has now; a token is sent to no other.',
      });
    at = target;
  }
  throw new LabError('COMMAND_FAILED', `${url.origin} sends us in circles`);
}

function refusal(response: Response, { project, token }: Ask): LabError {
  const { status } = response;
  const where = `${project.path} on ${project.origin}`;
  if (status === 401)
    return new LabError('UNAUTHORIZED', `${project.origin} does not accept the token`, {
      hint: 'It may have expired: watch it again with a token that has read_api.',
    });
  if (status === 403)
    return new LabError('FORBIDDEN', `The merge requests of ${where} may not be read`, {
      hint: 'The token needs the scope read_api and a member of the project.',
    });
  if (status === 404)
    return new LabError('NOT_FOUND', `There is no project ${where}`, {
      hint:
        token === null
          ? 'Look at its address; a private project is found with a token only.'
          : 'Look at its address, and whether the token may see it.',
    });
  if (status === 429) {
    const retryAfterMs = waitOf(response.headers.get('retry-after'));
    return new LabError('COMMAND_FAILED', `${project.origin} is asked too often`, {
      hint: `It is asked again in ${Math.ceil(retryAfterMs / 60_000)} min at the earliest.`,
      details: { retryAfterMs },
    });
  }
  return new LabError('COMMAND_FAILED', `${project.origin} answered with status ${status}`, {
    hint: 'Nothing is changed until it answers again.',
    details: { status },
  });
}

/** Seconds, or a date (RFC 9110, 10.2.3). */
function waitOf(retryAfter: string | null): number {
  const ms = /^\d+$/.test(retryAfter ?? '')
    ? Number(retryAfter) * 1000
    : Date.parse(retryAfter ?? '') - Date.now();
  return Number.isFinite(ms) ? Math.min(Math.max(ms, 60_000), maxWaitMs) : 60_000;
}

function parse(text: string, url: URL): z.infer<typeof answer> {
  try {
    return answer.parse(JSON.parse(text));
  } catch (error) {
    throw new LabError(
      'COMMAND_FAILED',
      `${url.origin} answers with no list of merge requests`,
      { hint: 'Look whether the address is that of a project on a GitLab server.' },
      { cause: error },
    );
  }
}

/** fetch hides why it failed behind its own words. */
function reasonOf(error: unknown): string {
  return error instanceof Error && error.cause instanceof Error ? error.cause.message : messageOf(error);
}
