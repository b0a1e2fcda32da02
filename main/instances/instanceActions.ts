import { messageOf } from '../base/errno.ts';
import { problemOf } from '../base/problem.ts';
import { type Backup, fail, type InstanceSource, LabError, type Task } from '../contract/index.ts';
import { isClosing, type TaskHandle, type TasksService } from '../tasks/index.ts';
import { forgetCredentials } from './credentials.ts';
import type { InstanceRecord } from './instanceRecord.ts';
import type { Operations } from './operations.ts';
import { install, installSteps } from './work/install.ts';
import { remove, removeSteps } from './work/remove.ts';
import { replaceSteps } from './work/replace.ts';
import { restoreInto } from './work/restoreInto.ts';
import { restartWell, startWell, stopNow } from './work/startStop.ts';
import { takeBackup } from './work/takeBackup.ts';
import { upgrade, upgradeSteps } from './work/upgrade.ts';
import { verifyBackup, verifySteps } from './work/verifyBackup.ts';
import type { WorkDeps } from './work/workDeps.ts';

/** So many reasons are told; the log of the task has all. */
const toldReasons = 3;

/**
 * What can be done with an instance that takes a while: each begins a task and answers with it. All throw LabError
 * NOT_FOUND, and CONFLICT while another task works on the instance.
 */
export class InstanceActions {
  readonly #deps: WorkDeps;
  readonly #operations: Operations;
  readonly #tasks: TasksService;

  constructor(deps: WorkDeps, operations: Operations, tasks: TasksService) {
    this.#deps = deps;
    this.#operations = operations;
    this.#tasks = tasks;
  }

  /** Of a task that is to be on record before it begins. */
  newTaskId(): string {
    return this.#tasks.newId();
  }

  /**
   * Installs what is on record, under the id of the task there; where that was cancelled while it waited, undoes it.
   */
  async install(record: InstanceRecord): Promise<Task> {
    const { store } = this.#deps;
    const { key, name } = record;
    const isToBeUndone = record.taskId !== null && this.#tasks.isCancelledQueued(record.taskId);
    const task = this.#operations.begin(
      record,
      {
        kind: 'install-instance',
        title: `Install ${name}`,
        doing: 'installing',
        steps: installSteps,
        resumed: record.taskId,
        isResumable: true,
      },
      async (handle) => {
        try {
          await install(this.#deps, key, handle);
        } catch (error) {
          // On record it is as it was: the next start goes on.
          if (!isClosing(handle.signal))
            await (handle.signal.aborted ? this.#undo(key) : this.#noteFailure(key, error));
          throw error;
        }
      },
      isToBeUndone ? [] : this.#readBy(record),
    );
    const { taskId } = task;
    try {
      // At once, so that what the task writes comes later.
      if (record.phase !== 'installing' || record.taskId !== taskId)
        await store.update(key, { phase: 'installing', taskId, problem: null });
    } catch (error) {
      // Who asked is told that nothing was begun.
      this.#tasks.cancel(taskId);
      throw error;
    }
    await this.#tasks.journaled();
    return task;
  }

  /** Throws LabError CONFLICT while somebody works on what an install of this would read. */
  requireReadable(origin: InstanceRecord['origin']): void {
    for (const record of this.#readBy({ origin })) this.#operations.requireIdle(record);
  }

  /** Of one that failed to install, or that nobody goes on with: tries that again. */
  async start(name: string): Promise<Task> {
    const record = this.#deps.store.require(name);
    if (record.phase === 'failed' || record.phase === 'installing') {
      this.#operations.requireIdle(record);
      return this.install(record);
    }
    if (record.phase === 'removing') this.#installed(name);
    return this.#begin(record, 'start', 'starting', ['start', 'health'], (task) =>
      startWell(this.#deps, record.key, task),
    );
  }

  stop(name: string): Task {
    const record = this.#installed(name);
    return this.#begin(record, 'stop', 'stopping', ['stop'], (task) => stopNow(this.#deps, record.key, task));
  }

  restart(name: string): Task {
    const record = this.#installed(name);
    return this.#begin(record, 'restart', 'starting', ['stop', 'start', 'health'], (task) =>
      restartWell(this.#deps, record.key, task),
    );
  }

  /** `confirm` must be its name while it holds jobs, devices or users of somebody's. */
  async remove(name: string, confirm: string | undefined): Promise<Task> {
    const record = this.#deps.store.require(name);
    const holds = this.#deps.observer.get(record.key).status?.holds ?? null;
    const isEmpty =
      record.phase === 'failed' || (holds?.jobs === 0 && holds.devices === 0 && holds.users <= 1);
    if (!isEmpty && confirm !== record.name)
      fail(
        'CONFLICT',
        holds
          ? `${name} holds ${holds.jobs} jobs, ${holds.devices} devices and ${holds.users} users`
          : `${name} may hold data`,
        `They are lost with it; its backups stay. Say so with confirm=${record.name}.`,
        { field: 'confirm', details: { holds } },
      );
    return this.resumeRemoval(record);
  }

  async resumeRemoval(record: InstanceRecord): Promise<Task> {
    const task = this.#operations.begin(
      record,
      {
        kind: 'remove-instance',
        title: `Remove ${record.name}`,
        doing: 'removing',
        steps: removeSteps,
        resumed: record.phase === 'removing' ? record.taskId : null,
      },
      async (handle) => {
        try {
          await remove(this.#deps, record.key, handle);
        } catch (error) {
          await this.#noteRemoval(record.key, { taskId: null, problem: problemOf(error) });
          throw error;
        }
      },
    );
    // Of an installation that waited to be gone on with.
    if (record.phase === 'installing' && record.taskId !== null) this.#tasks.giveUp(record.taskId);
    await this.#noteRemoval(record.key, { taskId: task.taskId, problem: null });
    return task;
  }

  backup(name: string, why: Backup['why'] = 'by-hand'): Task {
    const record = this.#installed(name);
    return this.#begin(record, 'back-up', 'working', ['back up', 'tidy'], async (task) => {
      task.step('back up');
      const made = await takeBackup(this.#deps, record, { why, signal: task.signal });
      task.log(`${made.file}: ${made.sizeBytes} bytes, sha256 ${made.sha256}`);
      task.step('tidy');
      await this.#deps.backups.prune(record.key, record.backup);
    });
  }

  /** To its source as it is now, or to another. */
  upgrade(name: string, source?: InstanceSource): Task {
    const record = this.#installed(name);
    return this.#begin(record, 'upgrade', 'working', upgradeSteps, (task) =>
      upgrade(this.#deps, record.key, source ?? record.source, task),
    );
  }

  /** Every installed instance, one after another; goes on when one fails, and says so in the end. */
  upgradeAll(): Task {
    const names = this.#deps.store.list().flatMap(({ phase, name }) => (phase === 'installed' ? [name] : []));
    return this.#tasks.run(
      { kind: 'upgrade-all', title: 'Upgrade all instances', subject: null, steps: names, isJournaled: true },
      async (task) => {
        const failed: { name: string; why: string }[] = [];
        for (const [index, name] of names.entries()) {
          task.signal.throwIfAborted();
          task.step(name);
          const problem = await this.#upgradeInTurn(name, task);
          if (problem === null) task.log(`${name}: done`);
          else failed.push({ name, why: problem });
          if (problem !== null) task.log(`${name}: ${problem}`);
          task.progress((index + 1) / names.length);
        }
        if (failed.length > 0)
          fail(
            'COMMAND_FAILED',
            `${failed.map(({ name }) => name).join(', ')} could not be upgraded`,
            sayWhy(failed),
          );
      },
    );
  }

  /** Puts a checked backup in the place of what an instance holds. */
  restoreInto(name: string, backupId: string): Task {
    const record = this.#installed(name);
    return this.#begin(record, 'restore', 'working', replaceSteps, (task) =>
      restoreInto(this.#deps, record.key, backupId, task),
    );
  }

  /** Restores a backup into a scratch instance and keeps the verdict. */
  verify(backupId: string): Task {
    const { instanceName } = this.#deps.backups.get(backupId);
    return this.#tasks.run(
      {
        kind: 'verify-backup',
        title: `Verify a backup of ${instanceName}`,
        subject: backupId,
        steps: verifySteps,
        isJournaled: true,
      },
      (task) => verifyBackup(this.#deps, backupId, task),
    );
  }

  /** Why it failed; null: it did not. */
  async #upgradeInTurn(name: string, whole: TaskHandle): Promise<string | null> {
    let task: Task;
    try {
      task = this.upgrade(name);
    } catch (error) {
      return messageOf(error);
    }
    const stop = () => this.#tasks.cancel(task.taskId);
    whole.signal.addEventListener('abort', stop, { once: true });
    const { state, problem } = await this.#tasks.ended(task.taskId);
    whole.signal.removeEventListener('abort', stop);
    whole.signal.throwIfAborted();
    return problem?.message ?? (state === 'cancelled' ? 'it was cancelled' : null);
  }

  #installed(name: string): InstanceRecord {
    const record = this.#deps.store.require(name);
    if (record.phase === 'installed') return record;
    if (record.phase === 'removing')
      return fail('CONFLICT', `${name} is being removed`, 'Remove it again where that has failed.');
    return fail('CONFLICT', `${name} is not installed yet`, 'Wait for its installation, or try that again.');
  }

  /** What an instance takes its first data from: nobody else may work on that meanwhile. */
  #readBy({ origin }: Pick<InstanceRecord, 'origin'>): InstanceRecord[] {
    const from = origin?.kind === 'clone' ? this.#deps.store.byKey(origin.key) : null;
    return from ? [from] : [];
  }

  /**
   * Nothing stays of what was cancelled. It is marked first: what a crash, or an engine that hangs, keeps from being
   * undone now is undone at the next start.
   */
  async #undo(key: string): Promise<void> {
    const { store, secrets, generations, logger } = this.#deps;
    try {
      const { generation: number } = await this.#noteRemoval(key, { taskId: null, problem: null });
      await generations.discard({ key, number });
      await store.remove(key);
      await forgetCredentials(secrets, key);
    } catch (error) {
      logger.error('what was cancelled is not undone yet', { key, error });
      await this.#noteRemoval(key, { taskId: null, problem: problemOf(error) });
    }
  }

  /** Never rejects: why it failed must not be hidden by another failure. */
  async #noteFailure(key: string, error: unknown): Promise<void> {
    const { store, logger } = this.#deps;
    await store
      .update(key, { phase: 'failed', taskId: null, problem: problemOf(error) })
      .catch((cause: unknown) => logger.error('a failed installation could not be noted', { key, cause }));
  }

  /** A disk that is full is no reason not to remove: that makes room. */
  async #noteRemoval(
    key: string,
    { taskId, problem }: Pick<InstanceRecord, 'taskId' | 'problem'>,
  ): Promise<{ generation: number }> {
    const { store, logger } = this.#deps;
    try {
      return await store.update(key, { phase: 'removing', taskId, problem });
    } catch (error) {
      const record = store.byKey(key);
      if (!(error instanceof LabError) || error.code !== 'DISK_FULL' || !record) throw error;
      logger.warn('a removal is not noted', { key, error });
      return record;
    }
  }

  #begin(
    record: InstanceRecord,
    verb: string,
    doing: 'starting' | 'stopping' | 'working',
    steps: readonly string[],
    work: (task: TaskHandle) => Promise<void>,
  ): Task {
    const title = `${verb.charAt(0).toUpperCase()}${verb.slice(1).replaceAll('-', ' ')} ${record.name}`;
    return this.#operations.begin(record, { kind: `${verb}-instance`, title, doing, steps }, work);
  }
}

function sayWhy(failed: readonly { readonly name: string; readonly why: string }[]): string {
  const told = failed.slice(0, toldReasons).map(({ name, why }) => `${name}: ${why}.`);
  const more = failed.length - told.length;
  return [...told, ...(more > 0 ? [`The log of this task says why of ${more} more.`] : [])].join(' ');
}
