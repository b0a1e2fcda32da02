import { Button } from '@mantine/core';
import { useStore } from 'zustand';
import type { Instance } from '../../../main/contract/index.ts';
import { useBench, useConnectionPhase, useLab } from '../../app/labContext.tsx';
import { ProblemLine } from '../../ui/ProblemLine.tsx';
import { TaskLog } from '../tasks/TaskLog.tsx';
import classes from './InstallProgress.module.css';
import { instancePlace } from './instancesControl.ts';
import { stepTitle } from './instanceWords.ts';
import { StepList } from './StepList.tsx';
import { taskOf } from './timeLeft.ts';

/** An install that did not come to its end: in which step, why, what to do, and all it said. */
export function InstallEnd({ instance }: { instance: Instance }) {
  const { view, instances, actions } = useLab();
  const away = useConnectionPhase() !== 'connected';
  const pending = useStore(actions.store, (state) => state.pending[instancePlace(instance)]);
  const { key, name, taskId } = instance;
  const task = useBench((state) => taskOf(state.tasks, { taskId, names: [key, name] }));
  const step = task?.steps.find((each) => each.state === 'failed');
  const problem = instance.problem ?? task?.problem ?? null;
  const blocked = away || pending !== undefined;
  return (
    <div className={classes.page}>
      <section className={classes.column} aria-label={`Installing ${name}`} data-testid="install-failed">
        <div className={classes.head}>
          <h2>
            {step === undefined ? 'It could not be installed' : `This step failed: ${stepTitle(step.name)}`}
          </h2>
        </div>
        <ProblemLine
          problem={
            problem === null
              ? null
              : {
                  code: 'INTERNAL',
                  message: problem.message,
                  hint: problem.hint === '' ? null : problem.hint,
                  field: null,
                }
          }
        />
        <div className={classes.hands}>
          <Button
            loading={pending === 'start'}
            aria-disabled={blocked}
            onClick={() => (blocked ? undefined : void instances.act(instance, 'start'))}
            data-testid="try-again"
          >
            Try again
          </Button>
          <Button
            variant="default"
            aria-disabled={blocked}
            onClick={() => (blocked ? undefined : view.show({ kind: 'remove-instance', name }))}
          >
            Remove…
          </Button>
        </div>
        {task === null ? null : (
          <>
            <StepList steps={task.steps} />
            <TaskLog task={task} label="Show log" />
          </>
        )}
      </section>
    </div>
  );
}
