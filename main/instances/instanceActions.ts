import { messageOf } from '../base/errno.ts';
import { type Backup, fail, type InstanceSource, type Task } from '../contract/index.ts';
import type { TaskHandle, TasksService } from '../tasks/index.ts';
import { forgetCredentials } from './credentials.ts';
import type { InstanceRecord } from './instanceRecord.ts';
import type { Operations } from './operations.ts';
import { problemOf } from './problem.ts';
import { install, installSteps } from './work/install.ts';
import { remove, removeSteps } from './work/remove.ts';
import { replaceSteps } from './work/replace.ts';
import { restoreInto } from './work/restoreInto.ts';
import { startWell, stopNow } from './work/startStop.ts';
import { takeBackup } from './work/takeBackup.ts';
import { upgrade, upgradeSteps } from './work/upgrade.ts';
import { verifyBackup, verifySteps } from './work/verifyBackup.ts';
import type { WorkDeps } from './work/workDeps.ts';

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

  /** Installs what is on record, or goes on with it under the task's old id. */
  async install(record: InstanceRecord): Promise<Task> {
    const { store, secrets } = this.#deps;
    const { key, name } = record;
    const task = this.#operations.begin(
      record,
      {
        kind: 'install-instance',
        title: `Install ${name}`,
        doing: 'installing',
        steps: installSteps,
        resumed: record.taskId,
      },
      async (handle) => {
        try {
          await install(this.#deps, key, handle);
        } catch (error) {
          if (handle.signal.aborted) {
            await store.remove(key);
            await forgetCredentials(secrets, key);
          } else await store.update(key, { phase: 'failed', taskId: null, problem: problemOf(error) });
          throw error;
        }
      },
    );
    await store.update(key, { phase: 'installing', taskId: task.taskId, problem: null });
    return task;
  }

  /** Of one that failed to install: tries that again. */
  async start(name: string): Promise<Task> {
    const record = this.#deps.store.require(name);
    if (record.phase === 'failed') {
      this.#operations.requireIdle(record);
      return this.install(record);
    }
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
    return this.#begin(record, 'restart', 'starting', ['stop', 'start', 'health'], async (task) => {
      await stopNow(this.#deps, record.key, task);
      await startWell(this.#deps, record.key, task);
    });
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
      (handle) => remove(this.#deps, record.key, handle),
    );
    await this.#deps.store.update(record.key, { phase: 'removing', taskId: task.taskId });
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
        const failed: string[] = [];
        for (const [index, name] of names.entries()) {
          task.signal.throwIfAborted();
          task.step(name);
          const problem = await this.#upgradeInTurn(name, task);
          if (problem === null) task.log(`${name}: done`);
          else failed.push(name);
          if (problem !== null) task.log(`${name}: ${problem}`);
          task.progress((index + 1) / names.length);
        }
        if (failed.length > 0)
          fail('COMMAND_FAILED', `${failed.join(', ')} could not be upgraded`, 'Their own tasks say why.');
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
    const ended = await this.#tasks.ended(task.taskId);
    whole.signal.removeEventListener('abort', stop);
    whole.signal.throwIfAborted();
    return ended.problem?.message ?? null;
  }

  #installed(name: string): InstanceRecord {
    const record = this.#deps.store.require(name);
    if (record.phase === 'installed') return record;
    return fail('CONFLICT', `${name} is not installed yet`, 'Wait for its installation, or try that again.');
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
