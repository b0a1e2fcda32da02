import '../../ui/widgets.css';
import { Button, Modal } from '@mantine/core';
import { Unplug } from 'lucide-react';
import { useEffect, useState } from 'react';
import { useStore } from 'zustand';
import { useConnectionPhase, useLab } from '../../app/labContext.tsx';
import { EmptyState } from '../../ui/EmptyState.tsx';
import { ProblemLine } from '../../ui/ProblemLine.tsx';
import { TeachChoose } from './TeachChoose.tsx';
import classes from './TeachDialog.module.css';
import { TeachName } from './TeachName.tsx';
import { TeachNothing } from './TeachNothing.tsx';
import { TeachPull } from './TeachPull.tsx';
import { TeachReady } from './TeachReady.tsx';
import { TeachSteps } from './TeachSteps.tsx';
import { Teaching } from './teaching.ts';
import { teachMemory } from './teachMemory.ts';
import type { Ask } from './teachParts.ts';
import { headline } from './teachWords.ts';

/** Where the answer to what one asks in this dialog is shown. */
const teachPlace = 'teach';

/** A board learned by pulling its cables, one sentence at a time. */
export function TeachDialog() {
  const { view, connection, actions } = useLab();
  const [teaching] = useState(() => new Teaching(() => connection.client(), teachMemory));
  const over = useStore(teaching.store, (state) => state.over);
  const problem = useStore(actions.store, (state) => state.problems[teachPlace] ?? null);
  useEffect(() => {
    if (over) return;
    const gone = new AbortController();
    void teaching.follow(gone.signal);
    return () => gone.abort();
  }, [teaching, over]);
  useEffect(() => () => actions.dismiss(teachPlace), [actions]);
  const ask: Ask = (what, work) => actions.run(teachPlace, what, work);
  const close = () => {
    // Whether the core hears of it or not, the window is free: it forgets by itself after a while.
    void teaching.leave().catch(() => undefined);
    view.show(null);
  };
  return (
    <Modal
      opened
      onClose={close}
      title="Teach a board by pulling its cables"
      size={600}
      data-testid="teach-dialog"
    >
      <div className={classes.dialog}>
        {over ? <Over ask={ask} teaching={teaching} /> : <Stages teaching={teaching} ask={ask} />}
        <ProblemLine problem={problem} onDismiss={() => actions.dismiss(teachPlace)} />
      </div>
    </Modal>
  );
}

function Stages({ teaching, ask }: { teaching: Teaching; ask: Ask }) {
  const session = useStore(teaching.store, (state) => state.session);
  const stage = useStore(teaching.store, (state) => state.stage);
  const away = useConnectionPhase() !== 'connected';
  if (session === null)
    return (
      <p className={classes.waiting} role="status">
        {away ? 'Waiting for Labdeck’s core…' : 'Looking at what is plugged in…'}
      </p>
    );
  return (
    <>
      <TeachSteps stage={stage} found={session.found} />
      {/* It stays while what is shown changes: only then is every change said. */}
      <p className="visually-hidden" role="status" data-testid="teach-said">
        {headline(session, stage)}
      </p>
      {session.step === 'choose' ? (
        <TeachChoose session={session} teaching={teaching} ask={ask} />
      ) : session.step === 'pull' || session.step === 'plug' ? (
        <TeachPull key={session.role} session={session} teaching={teaching} ask={ask} />
      ) : stage === 'name' && session.found.length === 0 ? (
        <TeachNothing session={session} teaching={teaching} ask={ask} />
      ) : stage === 'name' ? (
        <TeachName session={session} teaching={teaching} ask={ask} />
      ) : (
        <TeachReady session={session} role={stage} teaching={teaching} ask={ask} />
      )}
    </>
  );
}

function Over({ ask, teaching }: { ask: Ask; teaching: Teaching }) {
  return (
    <EmptyState level="panel" icon={<Unplug size={20} />} title="This teaching is over">
      <p>It ends after 15 minutes without news, or when Labdeck starts anew. Nothing was bound.</p>
      <Button
        onClick={() => void ask('begin', () => teaching.startOver())}
        data-autofocus
        data-testid="teach-anew"
      >
        Begin anew
      </Button>
    </EmptyState>
  );
}
