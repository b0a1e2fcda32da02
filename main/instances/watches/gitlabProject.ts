/** A project on a GitLab server, from the address people see in their browser. */
export interface GitlabProject {
  readonly origin: string;
  /** `group/subgroup/name`. */
  readonly path: string;
  /** What git fetches from. */
  readonly repository: string;
}

/** null: it names no project. Takes what is pasted: a page inside the project, its address for git. */
export function parseProject(address: string): GitlabProject | null {
  const url = new URL(address);
  const path = url.pathname
    .replace(/\/-\/.*$/, '')
    .replace(/^\/+|\/+$/g, '')
    .replace(/\.git$/, '');
  if (!/^[^/]+(\/[^/]+)+$/.test(path)) return null;
  return { origin: url.origin, path: decodeURIComponent(path), repository: `${url.origin}/${path}.git` };
}

/** Whether two addresses mean one repository: `.git`, a slash at the end and letter case of the host do not count. */
export function isSameRepository(one: string, other: string): boolean {
  return normalized(one) === normalized(other);
}

function normalized(address: string): string {
  const url = URL.canParse(address) ? new URL(address) : null;
  const text = url?.host ? `${url.protocol}//${url.host}${url.pathname}` : address;
  return text.replace(/\/+$/, '').replace(/\.git$/, '');
}
