import { useStore } from 'zustand';
import type { Task } from '../../../main/contract/index.ts';
import { useConnectionPhase, useLab } from '../../app/labContext.tsx';
import { ProblemLine } from '../../ui/ProblemLine.tsx';
import { StateShape } from '../../ui/StateShape.tsx';
import { isUnderWay, stepTone, stepWord, taskProgress } from '../tasks/taskWords.ts';
import classes from './TaskProgress.module.css';

/** How far a task about power is: a bar and its steps, each with how it stands; and why it failed. */
export function TaskProgress({ task }: { task: Task }) {
  const progress = taskProgress(task.steps);
  return (
    <div className={classes.progress} data-testid="power-task" data-state={task.state}>
      {isUnderWay(task) ? (
        <progress
          className={classes.bar}
          aria-label={`Progress of ${task.title}`}
          {...(progress === null ? {} : { value: progress })}
        />
      ) : null}
      <ol className={classes.steps} aria-label="Steps">
        {task.steps.map((step) => (
          <li key={step.name} data-state={step.state}>
            <StateShape tone={stepTone[step.state]} sizePx={10} />
            <span className={classes.name}>{step.name}</span>
            <span className={`${classes.word} tabular`}>
              {step.state === 'running' && step.progress !== null
                ? `${Math.floor(step.progress * 100)} %`
                : stepWord[step.state]}
            </span>
          </li>
        ))}
      </ol>
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
    </div>
  );
}

/** Stops it wherever it is; what that leaves behind is told by the task. */
export function CancelPowerTask({ task }: { task: Task }) {
  const { connection, actions } = useLab();
  const away = useConnectionPhase() !== 'connected';
  const { taskId } = task;
  const place = `task:${taskId}`;
  const pending = useStore(actions.store, (state) => place in state.pending);
  const problem = useStore(actions.store, (state) => state.problems[place] ?? null);
  const cancel = () => {
    if (away || pending) return;
    void actions.run(place, 'cancel', async () => connection.client().tasks.cancel({ taskId }));
  };
  return (
    <>
      <ProblemLine problem={problem} onDismiss={() => actions.dismiss(place)} />
      <button
        type="button"
        className="button"
        data-size="large"
        aria-disabled={away || pending}
        onClick={cancel}
        data-testid="cancel-power-task"
      >
        {pending ? 'Stopping…' : 'Stop'}
      </button>
    </>
  );
}
