import type { Clock } from '../base/clock.ts';
import { messageOf } from '../base/errno.ts';
import type { BoardsService } from '../boards/index.ts';
import { type BoardId, LabError, type SwitchState, type Task } from '../contract/index.ts';
import type { TaskHandle, TasksService } from '../tasks/index.ts';
import { names } from './consequences.ts';
import type { SetManyOptions, SwitchOptions } from './powerDeps.ts';
import type { GuardOptions } from './switchGuard.ts';

export interface GroupDeps {
  readonly clock: Clock;
  /** Rejects with LabError. */
  readonly switchOne: (boardId: BoardId, signal: AbortSignal) => Promise<unknown>;
  /** How long the next board waits after this one was switched on, in milliseconds. */
  readonly pauseAfterMs: (boardId: BoardId) => number;
}

/**
 * Switches boards, on one after the other with a pause after each, off all at once. One that fails does not stop the
 * others; at the end it rejects with LabError COMMAND_FAILED, naming those that failed.
 */
export async function switchGroup(
  boardIds: readonly BoardId[],
  state: SwitchState,
  deps: GroupDeps,
  task: TaskHandle,
): Promise<void> {
  const failed: { boardId: BoardId; message: string }[] = [];
  let done = 0;
  const one = async (boardId: BoardId): Promise<boolean> => {
    try {
      await deps.switchOne(boardId, task.signal);
      task.log(`${boardId} is switched ${state}`);
      return true;
    } catch (error) {
      task.signal.throwIfAborted();
      failed.push({ boardId, message: messageOf(error) });
      task.log(`${boardId} failed: ${messageOf(error)}`);
      return false;
    } finally {
      done += 1;
      task.progress(done / boardIds.length);
    }
  };
  if (state === 'off') await Promise.all(boardIds.map(one));
  else
    for (const [index, boardId] of boardIds.entries()) {
      task.signal.throwIfAborted();
      const isOn = await one(boardId);
      // Nothing was drawn by what did not come on.
      if (isOn && index < boardIds.length - 1)
        await deps.clock.sleep(deps.pauseAfterMs(boardId), task.signal);
    }
  if (failed.length === 0) return;
  const first = failed[0];
  throw new LabError(
    'COMMAND_FAILED',
    `${names(failed.map(({ boardId }) => boardId))} could not be switched ${state}: ${first?.message}`,
    { hint: 'The log of the task tells each failure.', details: { failed } },
  );
}

/** The same as a task. Throws LabError NOT_FOUND before it begins. */
export function runGroup(
  power: {
    set(boardId: BoardId, state: SwitchState, options: SwitchOptions): Promise<unknown>;
    guard(boardId: BoardId, what: SwitchState, options?: GuardOptions): BoardId[];
    refuseTested(boardIds: readonly BoardId[]): void;
  },
  { boardIds, state, staggerMs, force = false, by, claim }: SetManyOptions,
  deps: {
    readonly boards: BoardsService;
    readonly tasks: Pick<TasksService, 'run'>;
    readonly clock: Clock;
    readonly staggerMs: () => number;
  },
): Task {
  const { boards, clock } = deps;
  const all = [...new Set(boardIds.map((boardId) => boards.get(boardId).boardId))];
  const pauseMs = staggerMs ?? deps.staggerMs();
  const step = `Switch ${state}`;
  const what = all.length === 1 ? all[0] : `${all.length} boards`;
  const plan = { kind: 'power-group', title: `Switch ${what} ${state}`, subject: null, steps: [step] };
  return deps.tasks.run(plan, async (task) => {
    task.step(step);
    const group: GroupDeps = {
      clock,
      switchOne: async (boardId, signal) => {
        // What is refused anyway must take nobody's lease.
        power.guard(boardId, state, { force, together: all });
        // Those of the group, too: one that somebody holds is not switched by way of its neighbour.
        const touched = [boardId, ...power.guard(boardId, state, { force: true })];
        power.refuseTested(touched);
        claim?.(touched);
        const whose = { ...(by ? { by } : {}), ...(claim ? { claim } : {}) };
        await power.set(boardId, state, { force, together: all, signal, ...whose });
      },
      pauseAfterMs: (boardId) => pauseMs + (boards.find(boardId)?.powerPolicy.rampMs ?? 0),
    };
    await switchGroup(all, state, group, task);
  });
}
