import { useStore } from 'zustand';
import type { Instance, Task } from '../../../main/contract/index.ts';
import { useBench, useConnectionPhase, useLab } from '../../app/labContext.tsx';
import { ProblemLine } from '../../ui/ProblemLine.tsx';
import { isUnderWay } from '../tasks/taskWords.ts';
import classes from './InstancePage.module.css';
import { instancePlace } from './instancesControl.ts';
import { allowed } from './instanceWords.ts';
import { TaskPanel } from './TaskPanel.tsx';
import { taskOf } from './timeLeft.ts';

/** A failure older than this is history. */
const newsMs = 60 * 60_000;

/** Above the tabs: what works on it now, how the last work on it failed, and what is wrong with it. */
export function InstanceTrouble({ instance }: { instance: Instance }) {
  const { instances, actions } = useLab();
  const away = useConnectionPhase() !== 'connected';
  const pending = useStore(actions.store, (state) => instancePlace(instance) in state.pending);
  const { key, name, taskId, problem } = instance;
  const task = useBench((state) => taskOf(state.tasks, { taskId, names: [key, name] }));
  const working = task !== null && isUnderWay(task) && task.taskId === taskId;
  const may = allowed(instance);
  const blocked = away || pending;
  return (
    <div className={classes.notes}>
      <div>{working ? <TaskPanel task={task} /> : null}</div>
      <div>
        {problem === null ? null : (
          <ProblemLine problem={{ ...problem, code: 'INTERNAL', field: null }}>
            {may.start ? (
              <button
                type="button"
                className="button"
                aria-disabled={blocked}
                onClick={() => (blocked ? undefined : void instances.act(instance, 'start'))}
              >
                {instance.state === 'missing' ? 'Make it anew' : 'Try again'}
              </button>
            ) : null}
          </ProblemLine>
        )}
      </div>
      <div>{task?.state === 'failed' && problem === null ? <LastFailure task={task} /> : null}</div>
    </div>
  );
}

/** The last thing done to it did not work out. Put away, it is still in the list of tasks. */
function LastFailure({ task }: { task: Task }) {
  const { instances } = useLab();
  const { taskId, endedAtMs } = task;
  const seen = useStore(instances.store, (state) => taskId in state.putAway);
  const isNews = endedAtMs !== null && Date.now() - endedAtMs < newsMs;
  return seen || !isNews ? null : <TaskPanel task={task} onDismiss={() => instances.putAway(taskId)} />;
}
