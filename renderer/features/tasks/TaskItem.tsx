import { memo } from 'react';
import { useStore } from 'zustand';
import type { Task, TaskStep } from '../../../main/contract/index.ts';
import { useBench, useConnectionPhase, useLab } from '../../app/labContext.tsx';
import { Age } from '../../ui/Age.tsx';
import { ProblemLine } from '../../ui/ProblemLine.tsx';
import { StateShape } from '../../ui/StateShape.tsx';
import { useNow } from '../../ui/useNow.ts';
import { formatDuration } from '../history/formatTimes.ts';
import classes from './TaskItem.module.css';
import { TaskLog } from './TaskLog.tsx';
import { isUnderWay, stepTone, stepWord, taskProgress, taskTone, taskWord } from './taskWords.ts';

/** One task: what it does to what, its steps, and the way to stop it. */
export const TaskItem = memo(function TaskItem({ task }: { task: Task }) {
  const underWay = isUnderWay(task);
  const nowMs = useNow(underWay);
  const elapsedMs = Math.max(0, (task.endedAtMs ?? nowMs) - task.startedAtMs);
  return (
    <li className={classes.task} data-state={task.state} data-testid={`task-${task.taskId}`}>
      <div className={classes.head}>
        <span className={classes.state}>
          <StateShape tone={taskTone[task.state]} sizePx={11} />
          {taskWord[task.state]}
        </span>
        <h2 className={classes.title}>{task.title}</h2>
        {task.subject === null ? null : <Subject subject={task.subject} />}
        <span className={classes.spring} />
        <span className={`${classes.faint} tabular`}>{formatDuration(elapsedMs)}</span>
        <span className={classes.faint}>
          <Age atMs={task.startedAtMs} />
        </span>
        {underWay ? <Cancel task={task} /> : null}
      </div>
      {underWay ? <Progress task={task} /> : null}
      {task.steps.length < 2 ? null : (
        <ol className={classes.steps} aria-label="Steps">
          {task.steps.map((step) => (
            <Step key={step.name} step={step} />
          ))}
        </ol>
      )}
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
    </li>
  );
});

/** A console's tasks lead to its board, an instance's to the instance, a backup's to the backups. */
function Subject({ subject }: { subject: string }) {
  const { view } = useLab();
  const boardId = useBench(
    (state) => state.boards?.find((board) => subject.startsWith(`${board.boardId}.`))?.boardId,
  );
  const isInstance = useBench((state) => state.instances?.some(({ name }) => name === subject) === true);
  const isBackup = useBench((state) => state.backups?.some(({ backupId }) => backupId === subject) === true);
  const link = (text: string, go: () => void) => (
    <button type="button" className={classes.subject} onClick={go}>
      {text}
    </button>
  );
  if (boardId !== undefined) return link(subject, () => view.selectBoard(boardId));
  if (isInstance) return link(subject, () => view.go({ page: 'instances', name: subject }));
  if (isBackup) return link('Backups', () => view.go({ page: 'backups' }));
  return <code>{subject}</code>;
}

function Progress({ task }: { task: Task }) {
  const progress = taskProgress(task.steps);
  const step = task.steps.find((each) => each.state === 'running');
  return (
    <div className={classes.progress}>
      <progress
        aria-label={`Progress of ${task.title}`}
        {...(progress === null ? {} : { value: progress })}
      />
      <span className={`${classes.faint} tabular`}>
        {progress === null ? (step?.name ?? '') : `${Math.floor(progress * 100)} %`}
      </span>
    </div>
  );
}

function Step({ step }: { step: TaskStep }) {
  const percent = step.state === 'running' && step.progress !== null;
  return (
    <li className={classes.step} data-state={step.state}>
      <StateShape tone={stepTone[step.state]} sizePx={8} />
      {step.name}
      <span className={classes.faint}>
        {percent ? `${Math.floor((step.progress ?? 0) * 100)} %` : stepWord[step.state]}
      </span>
    </li>
  );
}

function Cancel({ task }: { task: Task }) {
  const { connection, actions } = useLab();
  const away = useConnectionPhase() !== 'connected';
  const place = `task:${task.taskId}`;
  const pending = useStore(actions.store, (state) => place in state.pending);
  const problem = useStore(actions.store, (state) => state.problems[place] ?? null);
  const cancel = () => {
    if (away || pending) return;
    void actions.run(place, 'cancel', async () => connection.client().tasks.cancel({ taskId: task.taskId }));
  };
  return (
    <>
      <ProblemLine problem={problem} onDismiss={() => actions.dismiss(place)} />
      <button
        type="button"
        className="button"
        aria-disabled={away || pending}
        aria-label={`Cancel ${task.title}`}
        onClick={cancel}
      >
        {pending ? 'Cancelling…' : 'Cancel'}
      </button>
    </>
  );
}
