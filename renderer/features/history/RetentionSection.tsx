import '../../ui/widgets.css';
import { Switch } from '@mantine/core';
import { useState } from 'react';
import { useStore } from 'zustand';
import type { Board, Retention } from '../../../main/contract/index.ts';
import { useBench, useConnectionPhase, useLab } from '../../app/labContext.tsx';
import { ProblemLine } from '../../ui/ProblemLine.tsx';
import { useSettledChange } from '../../ui/useSettledChange.ts';
import { InspectorSection } from '../boards/InspectorSection.tsx';
import classes from './RetentionFields.module.css';
import { RetentionFields } from './RetentionFields.tsx';
import { describeRetention } from './retentionChoice.ts';

const everything: Retention = { maxBytes: null, maxAgeDays: null };
/** What is kept of one board's recordings: as of all boards, or its own. */
export function RetentionSection({ board }: { board: Board }) {
  const { boards, actions } = useLab();
  const away = useConnectionPhase() !== 'connected';
  const general = useBench((state) => state.settings?.retention ?? everything);
  const place = `retention:${board.boardId}`;
  const problem = useStore(actions.store, (state) => state.problems[place] ?? null);
  const [asked, setAsked] = useState<{ readonly retention: Retention | null } | null>(null);
  const send = useSettledChange((retention: Retention | null) => {
    void actions
      .run(place, 'update', () => boards.update(board.boardId, { retention }))
      .then(() => setAsked(null));
  });
  const ask = (retention: Retention | null) => {
    setAsked({ retention });
    send(retention);
  };
  const retention = asked === null ? board.retention : asked.retention;
  return (
    <InspectorSection title="Recordings">
      <Switch
        size="xs"
        label="As in the settings"
        description={describeRetention(general)}
        checked={retention === null}
        disabled={away}
        onChange={(event) => ask(event.currentTarget.checked ? null : general)}
      />
      {retention === null ? null : (
        <>
          <RetentionFields value={retention} disabled={away} onChange={ask} />
          <p className={classes.note}>What is beyond it is deleted, oldest first.</p>
        </>
      )}
      <ProblemLine problem={problem} onDismiss={() => actions.dismiss(place)} />
    </InspectorSection>
  );
}
