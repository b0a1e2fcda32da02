import { useStore } from 'zustand';
import type { PowerReading } from '../../../main/contract/index.ts';
import { useBench, useLab } from '../../app/labContext.tsx';
import { Age } from '../../ui/Age.tsx';
import { StateShape } from '../../ui/StateShape.tsx';
import { sentence } from '../../ui/sentence.ts';
import { isUnderWay } from '../tasks/taskWords.ts';
import classes from './PowerEvidence.module.css';
import { powerPlace } from './powerControl.ts';
import { disagrees } from './powerWords.ts';

const doing: Readonly<Record<string, string>> = {
  on: 'Switching on…',
  off: 'Switching off…',
  cycle: 'Power cycling…',
  forget: 'Forgetting…',
  test: 'Testing the outlet…',
};

/** Why we believe what the badge says, and how old that is; and whether that is what was asked for. */
export function PowerEvidence({ boardId, reading }: { boardId: string; reading: PowerReading | undefined }) {
  const { actions } = useLab();
  const pending = useStore(actions.store, (state) => state.pending[powerPlace(boardId)]);
  const tested = useBench(
    (state) =>
      state.tasks?.some(
        (task) => task.kind === 'power-test' && task.subject === boardId && isUnderWay(task),
      ) === true,
  );
  return (
    <p
      className={classes.evidence}
      id={evidenceId(boardId)}
      title={reading === undefined ? undefined : sentence(reading.evidence.text)}
      data-testid="power-evidence"
    >
      <EvidenceText reading={reading} pending={tested ? 'test' : pending} />
    </p>
  );
}

function EvidenceText({
  reading,
  pending,
}: {
  reading: PowerReading | undefined;
  pending: string | undefined;
}) {
  if (pending !== undefined) return doing[pending] ?? 'Switching…';
  if (reading === undefined) return 'Asking the core…';
  if (reading.busy) return 'Switching…';
  const { evidence } = reading;
  return (
    <>
      {disagrees(reading) ? (
        <span className={classes.disagrees}>
          <StateShape tone="bad" sizePx={10} />
          Told {reading.commanded}, but it is {reading.known}.{' '}
        </span>
      ) : null}
      <span className={classes.text}>{sentence(evidence.text).slice(0, -1)}</span>
      {evidence.kind === 'none' ? null : (
        <span className={classes.age}>
          {' · '}
          <Age atMs={evidence.atMs} />
        </span>
      )}
    </>
  );
}

export function evidenceId(boardId: string): string {
  return `evidence-${boardId}`;
}
