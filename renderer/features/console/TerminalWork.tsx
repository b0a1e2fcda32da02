import { useEffect, useState } from 'react';
import { useStore } from 'zustand';
import type { Task } from '../../../main/contract/index.ts';
import { useBench, useLab } from '../../app/labContext.tsx';
import { ProblemLine } from '../../ui/ProblemLine.tsx';
import classes from './TerminalWork.module.css';

/** What is done sooner needs no line: it would only push the terminal up and down. */
const patienceMs = 400;

const typingKinds: ReadonlySet<string> = new Set(['paste', 'send-file']);

/** What is being typed or sent to a console for you, how far it is, and how it ended if it did not go well. */
export function TerminalWork({ consoleId }: { consoleId: string }) {
  const tasks = useBench((state) => state.tasks);
  const [dismissed, setDismissed] = useState<readonly string[]>([]);
  // What failed before this terminal came up was seen, or is to be found among the tasks.
  const [sinceMs] = useState(() => Date.now());
  const shown = (tasks ?? []).filter(
    (task) =>
      task.subject === consoleId &&
      typingKinds.has(task.kind) &&
      !dismissed.includes(task.taskId) &&
      (isUnderWay(task) || (task.state === 'failed' && (task.endedAtMs ?? 0) >= sinceMs)),
  );
  return (
    <>
      <UploadLine consoleId={consoleId} />
      {shown.map((task) =>
        isUnderWay(task) ? (
          <TaskLine key={task.taskId} task={task} />
        ) : (
          <ProblemLine
            key={task.taskId}
            problem={failure(task)}
            onDismiss={() => setDismissed([...dismissed, task.taskId])}
          />
        ),
      )}
    </>
  );
}

function UploadLine({ consoleId }: { consoleId: string }) {
  const { files } = useLab();
  const upload = useStore(files.store, (state) => state.uploads[consoleId]);
  if (upload === undefined) return null;
  if (upload.problem !== null) {
    return <ProblemLine problem={upload.problem} onDismiss={() => files.dismiss(consoleId)} />;
  }
  const progress = upload.sizeBytes === 0 ? 1 : upload.sentBytes / upload.sizeBytes;
  return (
    <WorkLine
      title={`Handing ${upload.name} to the core`}
      progress={progress}
      onCancel={() => files.cancel(consoleId)}
    />
  );
}

function TaskLine({ task }: { task: Task }) {
  const { connection, actions } = useLab();
  const [lasts, setLasts] = useState(false);
  useEffect(() => {
    const timer = setTimeout(() => setLasts(true), patienceMs);
    return () => clearTimeout(timer);
  }, []);
  const step = task.steps.find((each) => each.state === 'running');
  const cancel = () => {
    void actions.run(`task:${task.taskId}`, 'cancel', async () =>
      connection.client().tasks.cancel({ taskId: task.taskId }),
    );
  };
  if (!lasts) return null;
  return <WorkLine title={task.title} progress={step?.progress ?? null} onCancel={cancel} />;
}

interface WorkLineProps {
  readonly title: string;
  /** 0 to 1; null: nobody knows. */
  readonly progress: number | null;
  readonly onCancel: () => void;
}

function WorkLine({ title, progress, onCancel }: WorkLineProps) {
  return (
    <div className={classes.work} data-testid="terminal-work">
      <span className={classes.title}>{title}</span>
      <progress
        className={classes.bar}
        aria-label={title}
        max={1}
        {...(progress === null ? {} : { value: progress })}
      />
      <span className={`${classes.percent} tabular`}>
        {progress === null ? '' : `${Math.floor(progress * 100)} %`}
      </span>
      <button type="button" className="button" onClick={onCancel}>
        Cancel
      </button>
    </div>
  );
}

function isUnderWay(task: Task): boolean {
  return task.state === 'queued' || task.state === 'running';
}

function failure({ problem, title }: Task) {
  return {
    code: 'INTERNAL' as const,
    message: `${title}: ${problem?.message ?? 'it failed'}`,
    hint: problem?.hint ?? null,
    field: null,
  };
}
