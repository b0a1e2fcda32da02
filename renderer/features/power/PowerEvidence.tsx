import { useStore } from 'zustand';
import type { PowerReading } from '../../../main/contract/index.ts';
import { useLab } from '../../app/labContext.tsx';
import { Age } from '../../ui/Age.tsx';
import { sentence } from '../../ui/sentence.ts';
import classes from './PowerEvidence.module.css';
import { powerPlace } from './powerControl.ts';

const doing: Readonly<Record<string, string>> = {
  on: 'Switching on…',
  off: 'Switching off…',
  cycle: 'Power cycling…',
};

/** Why we believe what the badge says, and how old that is. */
export function PowerEvidence({ boardId, reading }: { boardId: string; reading: PowerReading | undefined }) {
  const { actions } = useLab();
  const pending = useStore(actions.store, (state) => state.pending[powerPlace(boardId)]);
  return (
    <p className={classes.evidence} id={evidenceId(boardId)} data-testid="power-evidence">
      <EvidenceText reading={reading} pending={pending} />
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
      {sentence(evidence.text).slice(0, -1)}
      {evidence.kind === 'none' ? null : (
        <>
          {', '}
          <Age atMs={evidence.atMs} />
        </>
      )}
    </>
  );
}

export function evidenceId(boardId: string): string {
  return `evidence-${boardId}`;
}
