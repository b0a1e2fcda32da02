import { useStore } from 'zustand';
import type { Task } from '../../../main/contract/index.ts';
import { useConnectionPhase, useLab } from '../../app/labContext.tsx';
import { ProblemLine } from '../../ui/ProblemLine.tsx';
import { StateShape } from '../../ui/StateShape.tsx';
import { useNow } from '../../ui/useNow.ts';
import { formatDuration } from '../history/formatTimes.ts';
import { TaskLog } from '../tasks/TaskLog.tsx';
import { isUnderWay, taskTone } from '../tasks/taskWords.ts';
import { StepList } from './StepList.tsx';
import classes from './TaskPanel.module.css';
import { weighedProgress } from './timeLeft.ts';

/** Work on an instance that is there already: one line, a bar, its steps and its log. */
export function TaskPanel({ task, onDismiss }: { task: Task; onDismiss?: () => void }) {
  const underWay = isUnderWay(task);
  const nowMs = useNow(underWay);
  const progress = weighedProgress(task.steps, null);
  return (
    <section
      className={classes.panel}
      aria-label={task.title}
      data-testid="task-panel"
      data-state={task.state}
    >
      <div className={classes.head}>
        <StateShape tone={taskTone[task.state]} sizePx={12} />
        <h2>{task.title}</h2>
        <span className={classes.spring} />
        <span className={`${classes.faint} tabular`}>
          {formatDuration(Math.max(0, (task.endedAtMs ?? nowMs) - task.startedAtMs))}
        </span>
        {underWay ? <CancelTask task={task} /> : null}
        {!underWay && onDismiss !== undefined ? (
          <button type="button" className="button" onClick={onDismiss}>
            Put away
          </button>
        ) : null}
      </div>
      {underWay ? (
        <progress
          className={classes.bar}
          aria-label={`Progress of ${task.title}`}
          {...(progress === null ? {} : { value: progress })}
        />
      ) : null}
      <StepList steps={task.steps} inline />
      {task.problem === null ? null : (
        <ProblemLine
          problem={{
            code: 'INTERNAL',
            message: task.problem.message,
            hint: task.problem.hint === '' ? null : task.problem.hint,
            field: null,
          }}
        />
      )}
      <TaskLog task={task} />
    </section>
  );
}

/** Stops it; what it had begun is undone. */
export function CancelTask({ task, large = false }: { task: Task; large?: boolean }) {
  const { connection, actions } = useLab();
  const away = useConnectionPhase() !== 'connected';
  const place = `task:${task.taskId}`;
  const pending = useStore(actions.store, (state) => place in state.pending);
  const problem = useStore(actions.store, (state) => state.problems[place] ?? null);
  const { taskId } = task;
  const cancel = () => {
    if (away || pending) return;
    void actions.run(place, 'cancel', async () => connection.client().tasks.cancel({ taskId }));
  };
  return (
    <>
      <button
        type="button"
        className="button"
        data-size={large ? 'large' : undefined}
        aria-disabled={away || pending}
        onClick={cancel}
        data-testid="cancel-task"
      >
        {pending ? 'Cancelling…' : 'Cancel'}
      </button>
      <ProblemLine problem={problem} onDismiss={() => actions.dismiss(place)} />
    </>
  );
}
