import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { type RunningProgram, runProgram, startProgram } from './program.ts';

/** Asked for each repository; null: none is needed, or the user's own git set-up has it. */
export type GitToken = (repository: string) => Promise<string | null>;

export interface GitRun {
  readonly timeoutMs: number;
  readonly signal?: AbortSignal;
  /** What it talks to. Its name and password, where it has them, must not be in `args`: see `addressOf`. */
  readonly repository?: string;
  readonly onLine?: (line: string) => void;
}

/** Commands that only read what is here already. */
export const localMs = 60_000;

/**
 * Runs git on repositories nobody vouches for: no prompts, no hooks, no transport that runs programs, nothing of the
 * caller's repository. Secrets travel in its environment, never in its arguments, and only to their own host.
 */
export class Git {
  readonly #scratchDir: string;
  readonly #token: GitToken;

  constructor(options: { readonly scratchDir: string; readonly token?: GitToken }) {
    this.#scratchDir = options.scratchDir;
    this.#token = options.token ?? (async () => null);
  }

  /** Resolves with what it printed. Rejects as `runProgram` does. */
  async run(args: readonly string[], run: GitRun): Promise<string> {
    const config = await this.#userConfig(run.repository);
    try {
      return await runProgram(['git', ...hardened, ...args], await this.#options(run, config?.file));
    } finally {
      await config?.remove();
    }
  }

  /** For output that does not fit in memory; of a repository on this machine that is our own. */
  async start(args: readonly string[], run: Omit<GitRun, 'repository'>): Promise<RunningProgram> {
    return startProgram(['git', ...hardened, ...args], await this.#options(run, undefined));
  }

  async #options(run: GitRun, globalConfig: string | undefined) {
    const { repository, ...rest } = run;
    const secret = repository === undefined ? null : await this.#secret(repository);
    const env: NodeJS.ProcessEnv = { ...plainEnvironment(), ...secret };
    if (globalConfig !== undefined) env.GIT_CONFIG_GLOBAL = globalConfig;
    return { ...rest, env };
  }

  async #secret(repository: string): Promise<NodeJS.ProcessEnv> {
    if (!URL.canParse(repository)) return {};
    const url = new URL(repository);
    if (url.protocol !== 'https:' && url.protocol !== 'http:') return {};
    if (url.password !== '' || url.username !== '')
      return credential(url, decodeURIComponent(url.username), decodeURIComponent(url.password));
    const token = await this.#token(repository);
    // Forges take any name with a token; this one GitLab documents.
    return token === null ? {} : credential(url, 'oauth2', token);
  }

  /**
   * Git refuses a folder of another user, and for one on this machine it asks a second git, which drops what its
   * parent's environment says of the configuration. A file is what it reads.
   */
  async #userConfig(repository: string | undefined) {
    if (repository === undefined || !/^(\/|file:)/.test(repository)) return null;
    const dir = await mkdtemp(path.join(this.#scratchDir, 'git-'));
    const file = path.join(dir, 'config');
    const include = userConfigFiles().map((name) => `[include]\n\tpath = ${JSON.stringify(name)}\n`);
    await writeFile(file, `${include.join('')}[safe]\n\tdirectory = *\n`, { mode: 0o600 });
    return { file, remove: () => rm(dir, { recursive: true, force: true }) };
  }
}

/** What git may be told in its arguments: the repository without its name and password. */
export function addressOf(repository: string): string {
  if (!/^https?:/.test(repository) || !URL.canParse(repository)) return repository;
  const url = new URL(repository);
  url.username = '';
  url.password = '';
  return url.href;
}

const hardened = [
  ['core.hooksPath', '/dev/null'],
  ['core.fsmonitor', 'false'],
  ['protocol.ext.allow', 'never'],
  ['fetch.recurseSubmodules', 'false'],
  ['gc.auto', '0'],
  ['maintenance.auto', 'false'],
  // Loose objects are written one by one: a killed fetch would leave a commit without its files.
  ['fetch.unpackLimit', '1'],
].flatMap(([name, value]) => ['-c', `${name}=${value}`]);

/** Answers git's question for a password, for this host only; no other helper gets to see or to store it. */
function credential(url: URL, username: string, password: string): NodeJS.ProcessEnv {
  const answer = 'printf "username=%s\\npassword=%s\\n" "$LABDECK_GIT_USERNAME" "$LABDECK_GIT_PASSWORD"';
  return {
    LABDECK_GIT_USERNAME: username,
    LABDECK_GIT_PASSWORD: password,
    GIT_CONFIG_COUNT: '2',
    GIT_CONFIG_KEY_0: 'credential.helper',
    GIT_CONFIG_VALUE_0: '',
    GIT_CONFIG_KEY_1: `credential.${url.origin}.helper`,
    GIT_CONFIG_VALUE_1: `!f() { test "$1" = get && ${answer}; }; f`,
  };
}

function plainEnvironment(): NodeJS.ProcessEnv {
  const kept = Object.entries(process.env).filter(
    ([name]) =>
      !/^GIT_/.test(name) || /^GIT_(SSH|SSL|PROXY|HTTP|CONFIG_GLOBAL|CONFIG_SYSTEM|EXEC_PATH)/.test(name),
  );
  return {
    ...Object.fromEntries(kept),
    LC_ALL: 'C',
    GIT_TERMINAL_PROMPT: '0',
    GIT_ALLOW_PROTOCOL: 'https:http:ssh:git:file',
    // Empty, not unset: unset falls back to the desktop's own dialogs, which would wait for somebody.
    GIT_ASKPASS: '',
    SSH_ASKPASS_REQUIRE: 'never',
    GIT_LFS_SKIP_SMUDGE: '1',
  };
}

function userConfigFiles(): string[] {
  const own = process.env.GIT_CONFIG_GLOBAL;
  if (own !== undefined) return own === '' ? [] : [own];
  const home = os.homedir();
  const xdg = process.env.XDG_CONFIG_HOME ?? path.join(home, '.config');
  return [path.join(xdg, 'git', 'config'), path.join(home, '.gitconfig')];
}
