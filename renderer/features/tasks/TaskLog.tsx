import { ChevronRight } from 'lucide-react';
import { useEffect, useLayoutEffect, useRef, useState } from 'react';
import type { Task } from '../../../main/contract/index.ts';
import { useLab } from '../../app/labContext.tsx';
import { type LabProblem, toProblem } from '../../lib/lab/labProblem.ts';
import { ProblemLine } from '../../ui/ProblemLine.tsx';
import classes from './TaskItem.module.css';
import { isUnderWay } from './taskWords.ts';

const refreshMs = 1000;

/** What a task said while it worked; asked for only while somebody looks. */
export function TaskLog({ task, label = 'Log' }: { task: Task; label?: string }) {
  const [open, setOpen] = useState(false);
  return (
    <div className={classes.log}>
      <button type="button" className={classes.fold} aria-expanded={open} onClick={() => setOpen(!open)}>
        <ChevronRight size={13} aria-hidden className={classes.chevron} />
        {label}
      </button>
      {open ? <LogText task={task} /> : null}
    </div>
  );
}

function LogText({ task }: { task: Task }) {
  const { connection } = useLab();
  const [log, setLog] = useState<string | null>(null);
  const [problem, setProblem] = useState<LabProblem | null>(null);
  const underWay = isUnderWay(task);
  const { taskId } = task;
  const text = useRef<HTMLPreElement>(null);
  const atEnd = useRef(true);
  // Who reads the end goes on reading the end as it grows.
  useLayoutEffect(() => {
    if (log !== null && atEnd.current) text.current?.scrollTo(0, text.current.scrollHeight);
  }, [log]);
  useEffect(() => {
    let gone = false;
    const ask = async () => {
      try {
        const answer = await connection.client().tasks.get({ taskId });
        if (gone) return;
        setLog(answer.log);
        setProblem(null);
      } catch (error) {
        if (!gone) setProblem(toProblem(error));
      }
    };
    void ask();
    const timer = underWay ? setInterval(() => void ask(), refreshMs) : undefined;
    return () => {
      gone = true;
      clearInterval(timer);
    };
  }, [connection, taskId, underWay]);
  return (
    <>
      <ProblemLine problem={problem} />
      {log === null ? (
        <p className={classes.faint} role="status">
          {problem === null ? 'Asking for the log…' : ''}
        </p>
      ) : (
        <pre
          ref={text}
          className={classes.text}
          // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls has to be reached by keyboard
          tabIndex={0}
          role="log"
          aria-label="Log"
          onScroll={({ currentTarget: { scrollTop, clientHeight, scrollHeight } }) => {
            atEnd.current = scrollTop + clientHeight > scrollHeight - 24;
          }}
          data-selectable
        >
          {log === '' ? 'Nothing yet.' : log}
        </pre>
      )}
    </>
  );
}
