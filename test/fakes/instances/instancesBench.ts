import { randomInt } from 'node:crypto';
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { expect } from 'vitest';
import { createLogger } from '../../../main/base/logger.ts';
import {
  type EngineProblem,
  type NewInstanceInput,
  newInstance,
  type Task,
  type TaskWithLog,
} from '../../../main/contract/index.ts';
import { createInstances } from '../../../main/instances/createInstances.ts';
import type { ContainerEngine } from '../../../main/instances/engine/engine.ts';
import { EngineService } from '../../../main/instances/engineService.ts';
import type { InstanceRecord } from '../../../main/instances/instanceRecord.ts';
import { NoticesService } from '../../../main/notices/index.ts';
import { TasksService } from '../../../main/tasks/index.ts';
import { EngineModel, type ModelContainer } from '../engine/engineModel.ts';
import { FakeEngine } from '../engine/fakeEngine.ts';
import type { LavaData, LavaRelease } from '../engine/lavaModel.ts';
import { FakeClock } from '../fakeClock.ts';
import { FakeImages } from './fakeImages.ts';
import { Life, MortalJournal, MortalSecrets, MortalStore, mortalEngine } from './mortal.ts';

const waiting = { timeout: 20_000, interval: 5 };

/** A data folder and a machine with an engine, on which one Labdeck after the other lives and dies. */
export class InstancesBench {
  readonly dir = mkdtempSync(path.join(tmpdir(), 'labdeck-bench-'));
  readonly model = new EngineModel({ buildMs: 10, bootMs: 20, migrateMs: 10, failMs: 200 });
  readonly clock = new FakeClock(Date.now());
  /** What a source has now, by the JSON of the source; Debian's suites unless told. */
  readonly releases = new Map<string, LavaRelease>();
  /** Below those the system deals out by itself. */
  readonly firstPort = 12_000 + 20 * randomInt(1000);
  /** What keeps an engine from being found; empty: nothing. */
  problems: EngineProblem[] = [];
  readonly #engine = new FakeEngine({ model: this.model });
  readonly #labs: Lab[] = [];

  /** Starts Labdeck on what is there. */
  async start(
    options: { onDeed?: Life['onDeed']; wrap?: (engine: ContainerEngine) => ContainerEngine } = {},
  ) {
    for (const { life } of this.#labs) if (life.isOver) await life.settled();
    const lab = new Lab(this, options.wrap?.(this.#engine) ?? this.#engine);
    this.#labs.push(lab);
    if (options.onDeed) lab.life.onDeed = options.onDeed;
    await lab.start();
    return lab;
  }

  /** What there is of instances: in the engine, on the disk, on record. Nothing here is of images. */
  left(): string[] {
    const runDir = path.join(this.dir, 'run', 'instances');
    const backups = path.join(this.dir, 'backups');
    const files = existsSync(backups) ? readdirSync(backups, { recursive: true }).map(String) : [];
    return [
      ...[...this.model.containers.keys()].map((name) => `container ${name}`),
      ...[...this.model.volumes.keys()].map((name) => `volume ${name}`),
      ...(existsSync(runDir) ? readdirSync(runDir) : []).map((name) => `folder ${name}`),
      ...files.filter((name) => name.endsWith('.partial')).map((name) => `partial ${name}`),
      ...this.records().map(({ name, phase }) => `record ${name} ${phase}`),
      ...Object.keys(this.secrets()).map((name) => `secret ${name.split('/')[1]}`),
    ];
  }

  /** As on the disk. */
  records(): InstanceRecord[] {
    return this.#json('instances.json').instances ?? [];
  }

  secrets(): Record<string, unknown> {
    return this.#json('secrets.json').secrets ?? {};
  }

  record(name: string): InstanceRecord {
    const found = this.records().find((record) => record.name === name);
    if (!found) throw new Error(`there is no record of ${name}`);
    return found;
  }

  /** Of its present generation. */
  container(name: string): ModelContainer {
    const { key, generation } = this.record(name);
    return this.model.getContainer(`labdeck-${key}-${generation}`);
  }

  /** What its volume holds. */
  data(name: string): LavaData {
    const { key, generation } = this.record(name);
    const lava = this.model.volumes.get(`labdeck-${key}-${generation}`)?.lava;
    if (!lava || lava === 'foreign') throw new Error(`${name} holds nothing`);
    return lava;
  }

  addJob(name: string): void {
    const { jobs } = this.data(name);
    jobs.push({ id: jobs.length + 1, definition: 'job', log: 'log' });
  }

  async dispose(): Promise<void> {
    for (const lab of this.#labs) lab.kill();
    for (const { life } of this.#labs) await life.settled();
    await this.model.dispose();
    rmSync(this.dir, { recursive: true, force: true });
  }

  // biome-ignore lint/suspicious/noExplicitAny: documents are looked at as they are
  #json(name: string): any {
    const file = path.join(this.dir, name);
    return existsSync(file) ? JSON.parse(readFileSync(file, 'utf8')) : {};
  }
}

/** One run of Labdeck. */
export class Lab {
  readonly life = new Life();
  /** What would have started a program, in order. */
  readonly calls: string[] = [];
  readonly log: string[] = [];
  readonly notices: NoticesService;
  readonly tasks: TasksService;
  readonly secrets: MortalSecrets;
  readonly domain: ReturnType<typeof createInstances>;

  constructor(bench: InstancesBench, engine: ContainerEngine) {
    const { dir, clock, model, releases } = bench;
    const { life } = this;
    const logger = createLogger((line) => void (life.isOver || this.log.push(line)), 'debug');
    this.notices = new NoticesService(clock);
    const { notices } = this;
    this.tasks = new TasksService(clock, logger, new MortalJournal(life, { dir, logger }));
    this.secrets = new MortalSecrets(life, { dir, key: null, notices, logger });
    const mine = mortalEngine(engine, life, this.calls);
    const detect = () =>
      life.act('detect', async () =>
        bench.problems.length > 0 ? { problems: bench.problems } : { engine: mine },
      );
    this.domain = createInstances({
      dir,
      recipeDir: dir,
      detect,
      tasks: this.tasks,
      secrets: this.secrets,
      notices,
      clock,
      logger,
      parts: {
        store: new MortalStore(life, { dir, notices, logger }),
        engines: new EngineService({ detect, logger }),
        images: new FakeImages(model, releases),
        firstPort: bench.firstPort,
      },
    });
  }

  async start(): Promise<void> {
    await this.secrets.start();
    await this.domain.load();
    await this.tasks.start(this.domain.unfinishedTasks());
    this.domain.start();
  }

  /** As `kill -9`. What builds and reads for it ends with it; what the engine was told to do is done. */
  kill(): void {
    if (this.life.isOver) return;
    this.life.isOver = true;
    void this.tasks.close();
    void this.domain.close();
  }

  /** As quitting. */
  async close(): Promise<void> {
    await this.tasks.close();
    await this.domain.close();
    this.life.isOver = true;
  }

  add(asked: NewInstanceInput | string) {
    const input = typeof asked === 'string' ? { name: asked } : asked;
    return this.domain.instances.add(newInstance.parse(input));
  }

  /** Installed and well. */
  async install(asked: NewInstanceInput | string): Promise<TaskWithLog> {
    return this.succeeded((await this.add(asked)).taskId);
  }

  async ended(task: string | Task): Promise<TaskWithLog> {
    const taskId = typeof task === 'string' ? task : task.taskId;
    await expect.poll(() => this.tasks.get(taskId).endedAtMs, waiting).not.toBeNull();
    return this.tasks.get(taskId);
  }

  async succeeded(task: string | Task | Promise<Task>): Promise<TaskWithLog> {
    const ended = await this.ended(await task);
    expect({ state: ended.state, problem: ended.problem }).toEqual({ state: 'succeeded', problem: null });
    return ended;
  }

  async failed(task: string | Task | Promise<Task>): Promise<TaskWithLog> {
    const ended = await this.ended(await task);
    expect(ended.state).toBe('failed');
    return ended;
  }

  /** Resolves once the task is in that step, or has ended before. */
  async inStep(taskId: string, step: string): Promise<void> {
    const seen = () => this.tasks.get(taskId);
    await expect
      .poll(
        () =>
          seen().endedAtMs !== null ||
          seen().steps.some(({ name, state }) => name === step && state === 'running'),
        waiting,
      )
      .toBe(true);
  }

  async inState(name: string, state: string): Promise<void> {
    await expect.poll(() => this.domain.instances.get(name).state, waiting).toBe(state);
  }
}
