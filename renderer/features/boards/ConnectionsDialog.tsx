import '../../ui/widgets.css';
import { Button, Modal } from '@mantine/core';
import { type FormEvent, useState } from 'react';
import type { Board } from '../../../main/contract/index.ts';
import { useLab } from '../../app/labContext.tsx';
import { type LabProblem, toProblem } from '../../lib/lab/labProblem.ts';
import { ProblemLine } from '../../ui/ProblemLine.tsx';
import classes from './BoardForm.module.css';
import { draftOfBoard } from './boardDraft.ts';
import { checkConnections, errorAtField, type FieldErrors } from './boardForm.ts';
import { ConnectionsFields } from './ConnectionsFields.tsx';
import { shownName } from './groupBoards.ts';

/** Binds a board's lines and its power cable anew. Saved as a whole, or not at all. */
export function ConnectionsDialog({ board }: { board: Board }) {
  const { view, boards } = useLab();
  const [draft, setDraft] = useState(() => draftOfBoard(board));
  const [refused, setRefused] = useState<FieldErrors>({});
  const [problem, setProblem] = useState<LabProblem | null>(null);
  const [submitted, setSubmitted] = useState(false);
  const [busy, setBusy] = useState(false);
  const checked = checkConnections(draft);
  const errors = submitted ? { ...(checked.ok ? {} : checked.errors), ...refused } : {};

  async function submit(event: FormEvent) {
    event.preventDefault();
    setSubmitted(true);
    setProblem(null);
    if (!checked.ok || busy) return;
    setBusy(true);
    try {
      await boards.update(board.boardId, checked.value);
      view.show(null);
    } catch (error) {
      const failure = toProblem(error);
      const atField = errorAtField(failure);
      setRefused(atField ?? {});
      if (atField === null) setProblem(failure);
    } finally {
      setBusy(false);
    }
  }

  return (
    <Modal opened onClose={() => view.show(null)} title={`Connections of ${shownName(board)}`} size={560}>
      <form className={classes.form} onSubmit={(event) => void submit(event)} noValidate>
        <ConnectionsFields
          value={draft}
          onChange={(next) => {
            setDraft(next);
            setRefused({});
          }}
          errors={errors}
          boardId={board.boardId}
        />
        <ProblemLine problem={problem} />
        <div className={classes.foot}>
          <Button variant="default" onClick={() => view.show(null)}>
            Cancel
          </Button>
          <Button type="submit" loading={busy}>
            Save
          </Button>
        </div>
      </form>
    </Modal>
  );
}
