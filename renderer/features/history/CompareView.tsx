import { ArrowLeftRight, Equal, X } from 'lucide-react';
import { useEffect, useRef, useState } from 'react';
import type { BootComparison, ConsoleId, ConsoleInfo } from '../../../main/contract/index.ts';
import { useLab } from '../../app/labContext.tsx';
import { countOf } from '../../lib/format/format.ts';
import { type LabProblem, toProblem } from '../../lib/lab/labProblem.ts';
import { EmptyState } from '../../ui/EmptyState.tsx';
import { IconButton } from '../../ui/IconButton.tsx';
import { ProblemLine } from '../../ui/ProblemLine.tsx';
import { StateShape } from '../../ui/StateShape.tsx';
import { sentence } from '../../ui/sentence.ts';
import { bootDurationMs, outcomeTone, outcomeWord } from './bootWords.ts';
import { ComparedRows } from './ComparedRows.tsx';
import classes from './CompareView.module.css';
import { dayAndTime, formatDuration } from './formatTimes.ts';
import type { ComparedBoots } from './historyControl.ts';
import { StageBar } from './StageBar.tsx';

interface Props {
  readonly info: ConsoleInfo;
  readonly boots: ComparedBoots;
}

/** Two boots side by side: what the newer one printed differently. */
export function CompareView({ info, boots }: Props) {
  const { history } = useLab();
  const { comparison, problem, again } = useComparison(info.consoleId, boots);
  const section = useRef<HTMLElement>(null);
  // So that its keys work at once, whichever way it was opened.
  useEffect(() => section.current?.focus(), []);
  const close = () => history.endComparison(info.consoleId);
  return (
    <section
      ref={section}
      tabIndex={-1}
      className={classes.compare}
      aria-label="Comparison of two boots"
      data-testid="compare"
      onKeyDown={(event) => {
        if (event.key === 'Escape') close();
      }}
    >
      <header className={classes.head}>
        <h2>{comparison === null ? 'Comparing boots' : title(comparison)}</h2>
        {comparison === null ? null : (
          <span className={classes.count} role="status">
            {comparison.changes === 0 ? 'no change' : countOf(comparison.changes, 'changed line')}
            {comparison.cutAtLines === null
              ? ''
              : `, in the first ${comparison.cutAtLines.toLocaleString('en')} lines of each`}
          </span>
        )}
        <span className={classes.spring} />
        <IconButton label="Close the comparison" shortcut="Esc" onClick={close}>
          <X size={16} aria-hidden />
        </IconButton>
      </header>
      {problem === null ? null : <NotCompared problem={problem} again={again} />}
      {comparison === null ? <Waiting failed={problem !== null} /> : <Compared comparison={comparison} />}
    </section>
  );
}

function useComparison(consoleId: ConsoleId, { left, right }: ComparedBoots) {
  const { connection } = useLab();
  const [comparison, setComparison] = useState<BootComparison | null>(null);
  const [problem, setProblem] = useState<LabProblem | null>(null);
  const [attempt, setAttempt] = useState(0);
  // biome-ignore lint/correctness/useExhaustiveDependencies: another attempt asks the same again
  useEffect(() => {
    const stopped = new AbortController();
    const { signal } = stopped;
    setComparison(null);
    setProblem(null);
    const ask = async () =>
      connection.client().boots.compare(
        {
          consoleId,
          ...(left === undefined ? {} : { left }),
          ...(right === undefined ? {} : { right }),
        },
        { signal },
      );
    ask().then(
      (answer) => {
        if (!signal.aborted) setComparison(answer);
      },
      (error: unknown) => {
        if (!signal.aborted) setProblem(toProblem(error));
      },
    );
    return () => stopped.abort();
  }, [connection, consoleId, left, right, attempt]);
  return { comparison, problem, again: () => setAttempt((before) => before + 1) };
}

function Compared({ comparison }: { comparison: BootComparison }) {
  return (
    <>
      <div className={classes.boots}>
        <Side boot={comparison.left} />
        <Side boot={comparison.right} />
      </div>
      {comparison.changes === 0 ? (
        <EmptyState icon={<Equal size={22} />} title="Nothing changed">
          <p>
            Both boots printed the same {comparison.rows.length.toLocaleString('en')} lines, times and
            addresses aside.
          </p>
        </EmptyState>
      ) : (
        <ComparedRows comparison={comparison} />
      )}
    </>
  );
}

function Side({ boot }: { boot: BootComparison['left'] }) {
  const nowMs = Date.now();
  return (
    <div className={classes.boot}>
      <div className={classes.facts}>
        <h3>Boot {boot.bootId}</h3>
        <span className={classes.outcome} data-outcome={boot.outcome}>
          <StateShape tone={outcomeTone[boot.outcome]} sizePx={9} />
          {outcomeWord[boot.outcome]}
        </span>
        <span className={classes.when}>{dayAndTime(boot.startedAtMs, nowMs)}</span>
        <span className="tabular">{formatDuration(bootDurationMs(boot, nowMs))}</span>
      </div>
      <StageBar boot={boot} nowMs={nowMs} />
    </div>
  );
}

/** Too few boots for a comparison is no fault of anybody's. */
function NotCompared({ problem, again }: { problem: LabProblem; again: () => void }) {
  if (problem.code === 'NOT_FOUND') {
    return (
      <EmptyState icon={<ArrowLeftRight size={22} />} title="Nothing to compare yet">
        <p>
          {sentence(problem.message)} {problem.hint === null ? '' : sentence(problem.hint)}
        </p>
      </EmptyState>
    );
  }
  return (
    <div className={classes.problem}>
      <ProblemLine problem={problem}>
        <button type="button" className="button" onClick={again}>
          Try again
        </button>
      </ProblemLine>
    </div>
  );
}

function Waiting({ failed }: { failed: boolean }) {
  if (failed) return null;
  return (
    <div className={classes.waiting} aria-busy="true" role="status">
      Reading both boots…
    </div>
  );
}

function title({ left, right }: BootComparison): string {
  return `Boot ${right.bootId} against boot ${left.bootId}`;
}
