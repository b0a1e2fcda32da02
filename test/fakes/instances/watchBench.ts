import { randomBytes } from 'node:crypto';
import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { expect } from 'vitest';
import { exec } from '../../../main/base/exec.ts';
import { createLogger } from '../../../main/base/logger.ts';
import { type NewWatchInput, newWatch, type Watch } from '../../../main/contract/index.ts';
import { WatchService } from '../../../main/instances/watches/index.ts';
import { NoticesService } from '../../../main/notices/index.ts';
import { FileSecretStore } from '../../../main/secrets/index.ts';
import { FakeClock } from '../fakeClock.ts';
import { FakeWatchedInstances } from '../fakeWatchedInstances.ts';
import { GitlabServer } from '../gitlabServer.ts';

const project = 'lava/lava';

/** Others may keep the machine busy. */
export const polled = <T>(look: () => T) => expect.poll(look, { timeout: 15_000 });

/** Can let go of an instance, and has some that cannot be removed. */
class Sticking extends FakeWatchedInstances {
  readonly stuck = new Set<string>();

  override async finish(name: string): Promise<void> {
    const before = this.get(name);
    if (!before.taskId?.startsWith('remove-') || !this.stuck.has(name)) return super.finish(name);
    const problem = { code: 'COMMAND_FAILED', message: 'Its volume is in use', hint: '' };
    this.put({ ...before, state: 'failed', taskId: null, problem });
  }
}

/** A repository, a GitLab with a project, and what watches them; watches are called `w`. */
export class WatchBench {
  readonly dir: string;
  /** Of git, bare. */
  readonly repository: string;
  readonly clock = new FakeClock();
  readonly gitlab: GitlabServer;
  readonly instances = new Sticking((source) => this.#commitOf(source));
  readonly log: string[] = [];
  service: WatchService;
  readonly #root: string;
  readonly #key = randomBytes(32);

  private constructor(root: string, gitlab: GitlabServer) {
    this.#root = root;
    this.dir = path.join(root, 'data');
    this.repository = path.join(root, 'lava');
    this.gitlab = gitlab;
    this.service = this.#make().service;
  }

  static async start(): Promise<WatchBench> {
    const root = await mkdtemp(path.join(tmpdir(), 'labdeck-watches-'));
    const bench = new WatchBench(root, await GitlabServer.start());
    await mkdir(path.join(bench.dir, 'run'), { recursive: true });
    await mkdir(bench.repository);
    await bench.git('init', '--quiet', '--bare');
    bench.gitlab.projects.set(project, []);
    await bench.startAgain();
    return bench;
  }

  /** On what the last one left; that one must be closed. */
  async startAgain(): Promise<void> {
    const { secrets, service } = this.#make();
    await secrets.start();
    this.service = service;
    await service.start();
  }

  async restart(): Promise<void> {
    await this.service.close();
    await this.startAgain();
  }

  async dispose(): Promise<void> {
    await this.service.close();
    await this.gitlab.stop();
    await rm(this.#root, { recursive: true, force: true });
  }

  async git(...args: string[]): Promise<string> {
    const { stdout } = await exec(['git', '-C', this.repository, ...args], { timeoutMs: 20_000 });
    return stdout.trim();
  }

  /** A commit like no other, to which the branch then points. */
  async commit(branch: string): Promise<string> {
    const tree = await this.git('hash-object', '-w', '-t', 'tree', '/dev/null');
    const author = ['-c', 'user.name=t', '-c', 'user.email=t@example.org'];
    const id = await this.git(...author, 'commit-tree', tree, '-m', randomBytes(4).toString('hex'));
    await this.git('update-ref', `refs/heads/${branch}`, id);
    return id;
  }

  /** Watches branches named feature/…, unless told. */
  add(more: Partial<NewWatchInput> = {}): Promise<Watch> {
    const target = { kind: 'branches' as const, repository: this.repository, pattern: 'feature/*' };
    return this.service.add(newWatch.parse({ watchId: 'w', target, ...more }));
  }

  addGitlab(more: Partial<NewWatchInput> = {}): Promise<Watch> {
    return this.add({ target: { kind: 'gitlab', project: `${this.gitlab.origin}/${project}` }, ...more });
  }

  /** Opens a merge request, or moves an open one; answers its commit. */
  openRequest(iid: number): string {
    const sha = randomBytes(20).toString('hex');
    const others = this.requests.filter((each) => each.iid !== iid);
    this.requests = [...others, { iid, title: `Request ${iid}`, sha, labels: [] }].sort(
      (a, b) => a.iid - b.iid,
    );
    return sha;
  }

  closeRequest(iid: number): void {
    this.requests = this.requests.filter((each) => each.iid !== iid);
  }

  /** The merge requests that are open. */
  get requests() {
    return this.gitlab.projects.get(project) ?? [];
  }

  set requests(requests) {
    this.gitlab.projects.set(project, requests);
  }

  /** Looks, and lets everything that follows come to its end. */
  async settle(): Promise<Watch> {
    await this.service.look('w');
    await polled(async () => {
      await this.instances.finishAll();
      const before = this.instances.asked.length;
      // Whatever was begun by that is in the watch's queue, and so is this.
      await this.service.look('w');
      const atWork = this.instances.list().filter(({ taskId }) => taskId !== null);
      return this.instances.asked.length - before + atWork.length;
    }).toBe(0);
    return this.view;
  }

  get view(): Watch {
    return this.service.list()[0] ?? expect.fail('there is no watch');
  }

  /** Of all instances. */
  get names(): string[] {
    return this.instances.list().map(({ name }) => name);
  }

  /** As "!1 kept". */
  get states(): string[] {
    return this.view.subjects.map(({ subject, state }) => `${subject} ${state}`);
  }

  /** How often the instance was asked to be removed. */
  removalsOf(name: string): number {
    return this.instances.asked.filter((each) => each === `remove ${name}`).length;
  }

  #make() {
    const { dir, clock, instances } = this;
    const notices = new NoticesService(clock);
    const logger = createLogger((line) => this.log.push(line), 'debug');
    const secrets = new FileSecretStore({ dir, key: this.#key, notices, logger });
    return { secrets, service: new WatchService({ dir, secrets, instances, clock, notices, logger }) };
  }

  /** Of a branch in the repository, or of a merge request on the server. */
  async #commitOf(source: { kind: string; at?: { kind: string; name?: string; number?: number } | null }) {
    if (source.at?.kind === 'branch') return this.git('rev-parse', `refs/heads/${source.at.name}`);
    const found = this.requests.find(({ iid }) => iid === source.at?.number);
    if (!found?.sha) throw new Error('it is gone');
    return found.sha;
  }
}
