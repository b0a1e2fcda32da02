import type { InstallPlan, Instance, Task } from '../../../main/contract/index.ts';
import { useBench } from '../../app/labContext.tsx';
import { useNow } from '../../ui/useNow.ts';
import { formatDuration } from '../history/formatTimes.ts';
import { TaskLog } from '../tasks/TaskLog.tsx';
import { isUnderWay } from '../tasks/taskWords.ts';
import classes from './InstallProgress.module.css';
import { stepTitle } from './instanceWords.ts';
import { StepList } from './StepList.tsx';
import panelClasses from './TaskPanel.module.css';
import { CancelTask } from './TaskPanel.tsx';
import { aboutSeconds, secondsLeft, taskOf, weighedProgress } from './timeLeft.ts';
import { useEstimate } from './useEstimate.ts';

/** A lab that is being installed: how far, how long still, what it says, and the way to stop it. */
export function InstallProgress({ instance }: { instance: Instance }) {
  const { key, name, taskId } = instance;
  const task = useBench((state) => taskOf(state.tasks, { taskId, names: [key, name] }));
  const estimate = useEstimate(instance);
  return (
    <div className={classes.page}>
      <section className={classes.column} aria-label={`Installing ${name}`} data-testid="install-progress">
        {task === null ? <p role="status">About to begin…</p> : <Progress task={task} estimate={estimate} />}
      </section>
    </div>
  );
}

function Progress({ task, estimate }: { task: Task; estimate: InstallPlan['steps'] | null }) {
  const underWay = isUnderWay(task);
  const nowMs = useNow(underWay);
  const progress = weighedProgress(task.steps, estimate);
  const left = estimate === null ? null : secondsLeft(task.steps, estimate);
  const step = task.steps.find((each) => each.state === 'running');
  const what = Object.fromEntries((estimate ?? []).map((each) => [each.name, each.what]));
  return (
    <>
      <div className={classes.head}>
        <h2>{step === undefined ? 'Waiting for its turn' : stepTitle(step.name)}…</h2>
        <span className={`${classes.percent} tabular`}>
          {progress === null ? '' : `${Math.floor(progress * 100)} %`}
        </span>
      </div>
      <progress
        className={`${panelClasses.bar} ${classes.bar}`}
        aria-label={task.title}
        {...(progress === null ? {} : { value: progress })}
      />
      <div className={classes.times}>
        <p className="tabular">
          {formatDuration(Math.max(0, nowMs - task.startedAtMs)).replace(/\.\d s$/, ' s')} so far
          {left === null ? '' : `, ${aboutSeconds(left)} left`}
        </p>
        {underWay ? <CancelTask task={task} large /> : null}
      </div>
      <StepList steps={task.steps} what={what} />
      <TaskLog task={task} />
    </>
  );
}
