import type { Task } from '../../../main/contract/index.ts';
import { taskProgress } from '../tasks/taskWords.ts';
import { stepTitle } from './instanceWords.ts';
import classes from './TinyProgress.module.css';

/** How far a task is, in a line. */
export function TinyProgress({ task }: { task: Task }) {
  const progress = taskProgress(task.steps.map((step) => ({ ...step, progress: step.progress ?? 0 })));
  const step = task.steps.find((each) => each.state === 'running');
  return (
    <div className={classes.tiny}>
      <progress aria-label={task.title} {...(progress === null ? {} : { value: progress })} />
      <span>{step === undefined ? 'Waiting' : stepTitle(step.name)}</span>
    </div>
  );
}
