import { RefreshCw } from 'lucide-react';
import { useState } from 'react';
import { useStore } from 'zustand';
import type { DoctorReport, Finding } from '../../../main/contract/index.ts';
import { useBench, useConnectionPhase, useLab } from '../../app/labContext.tsx';
import { Age } from '../../ui/Age.tsx';
import { ProblemLine } from '../../ui/ProblemLine.tsx';
import { TaskPanel } from '../instances/TaskPanel.tsx';
import { isUnderWay } from '../tasks/taskWords.ts';
import { AllWell } from './AllWell.tsx';
import classes from './DoctorPage.module.css';
import { sortFindings, summaryOf } from './doctorWords.ts';
import { FindingItem } from './FindingItem.tsx';
import { InOrder } from './InOrder.tsx';
import { lookPlace, useDoctor } from './useDoctor.ts';

/** What this computer lacks for the bench: worst first, each with why it matters and the one thing that helps. */
export function DoctorPage() {
  const { actions } = useLab();
  const { report, look } = useDoctor();
  const problem = useStore(actions.store, (state) => state.problems[lookPlace] ?? null);
  if (report === null)
    return (
      <main className={classes.page} aria-busy="true" aria-label="Loading the doctor">
        <ProblemLine problem={problem} />
      </main>
    );
  return (
    <main className={classes.page} data-testid="doctor" aria-busy={report.running}>
      <div className={classes.column}>
        <Head report={report} look={look} />
        <ProblemLine problem={problem} onDismiss={() => actions.dismiss(lookPlace)} />
        <Fixes />
        <Findings report={report} />
      </div>
    </main>
  );
}

function Head({ report, look }: { report: DoctorReport; look: () => void }) {
  const away = useConnectionPhase() !== 'connected';
  const idle = !report.running && !away;
  return (
    <header className={classes.head}>
      <div>
        <h1>Doctor</h1>
        <p role="status">{summaryOf(report)}</p>
      </div>
      <span className={classes.spring} />
      {report.atMs === null || report.running ? null : (
        <span className={classes.faint}>
          Looked <Age atMs={report.atMs} />
        </span>
      )}
      <button
        type="button"
        className="button"
        aria-disabled={!idle}
        onClick={() => (idle ? look() : undefined)}
        data-testid="doctor-look"
      >
        <RefreshCw size={13} aria-hidden />
        {report.running ? 'Looking…' : 'Look again'}
      </button>
    </header>
  );
}

/** Fixes under way, and those that ended since the page was opened. */
function Fixes() {
  const [openedAtMs] = useState(() => Date.now());
  const [away, setAway] = useState<readonly string[]>([]);
  const tasks = useBench((state) => state.tasks);
  const shown = (tasks ?? []).filter(
    (task) =>
      task.kind === 'doctor-fix' &&
      !away.includes(task.taskId) &&
      (isUnderWay(task) || task.startedAtMs >= openedAtMs),
  );
  if (shown.length === 0) return null;
  return (
    <div className={classes.list} role="status">
      {shown.map((task) => (
        <TaskPanel key={task.taskId} task={task} onDismiss={() => setAway([...away, task.taskId])} />
      ))}
    </div>
  );
}

function Findings({ report }: { report: DoctorReport }) {
  const { wanted, notes, fine } = sortFindings(report.findings);
  const isWell = wanted.length === 0 && !report.running && report.atMs !== null;
  return (
    <>
      {isWell ? <AllWell checks={report.findings.length} /> : null}
      <Section title="To mend" findings={wanted} />
      <Section title="Good to know" findings={notes} />
      {fine.length === 0 ? null : <InOrder findings={fine} />}
    </>
  );
}

function Section({ title, findings }: { title: string; findings: readonly Finding[] }) {
  if (findings.length === 0) return null;
  return (
    <section className={classes.section} aria-label={title}>
      <h2>{title}</h2>
      <ul className={classes.findings}>
        {findings.map((finding) => (
          <FindingItem key={finding.findingId} finding={finding} />
        ))}
      </ul>
    </section>
  );
}
