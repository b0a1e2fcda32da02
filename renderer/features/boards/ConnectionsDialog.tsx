import '../../ui/widgets.css';
import { Button, Modal } from '@mantine/core';
import { type FormEvent, useState } from 'react';
import type { Board, BoardPatch } from '../../../main/contract/index.ts';
import { useLab } from '../../app/labContext.tsx';
import { type LabProblem, toProblem } from '../../lib/lab/labProblem.ts';
import { ProblemLine } from '../../ui/ProblemLine.tsx';
import { OutletAnswer } from '../power/binding/OutletAnswer.tsx';
import { keepSecret, type SecretDraft, secretToSet } from '../power/binding/secretDraft.ts';
import { VirtualOutlet } from '../power/binding/VirtualOutlet.tsx';
import classes from './BoardForm.module.css';
import { draftOfBoard } from './boardDraft.ts';
import {
  type Checked,
  checkConnections,
  checkVirtualOutlet,
  errorAtField,
  type FieldErrors,
} from './boardForm.ts';
import { ConnectionsFields } from './ConnectionsFields.tsx';
import { shownName } from './groupBoards.ts';

/** Binds a board's lines and its outlet anew. Saved as a whole, or not at all. */
export function ConnectionsDialog({ board }: { board: Board }) {
  const { view, boards } = useLab();
  const [draft, setDraft] = useState(() => draftOfBoard(board));
  const [secret, setSecret] = useState<SecretDraft>(keepSecret);
  const [refused, setRefused] = useState<FieldErrors>({});
  const [problem, setProblem] = useState<LabProblem | null>(null);
  const [submitted, setSubmitted] = useState(false);
  const [busy, setBusy] = useState(false);
  const [tried, setTried] = useState(false);
  const checked: Checked<BoardPatch> =
    board.virtual === null ? checkConnections(draft) : checkVirtualOutlet(draft);
  const errors = submitted ? { ...(checked.ok ? {} : checked.errors), ...refused } : {};
  const change = (next: typeof draft) => {
    setDraft(next);
    setRefused({});
    setTried(false);
  };

  async function save(then: 'close' | 'try') {
    setSubmitted(true);
    setProblem(null);
    if (!checked.ok || busy) return;
    setBusy(true);
    try {
      await boards.update(board.boardId, checked.value);
      const toSet = secretToSet(secret);
      if (toSet !== undefined) await boards.setPowerSecret(board.boardId, toSet);
      if (toSet === null) setSecret({ kind: 'forgotten' });
      if (then === 'close') view.show(null);
      else setTried(true);
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
      <form
        className={classes.form}
        onSubmit={(event: FormEvent) => {
          event.preventDefault();
          void save('close');
        }}
        noValidate
      >
        {board.virtual === null ? (
          <ConnectionsFields
            value={draft}
            onChange={change}
            errors={errors}
            boardId={board.boardId}
            secret={secret}
            onSecret={(next) => {
              setSecret(next);
              setTried(false);
            }}
          />
        ) : (
          <VirtualOutlet
            value={draft.power}
            onChange={(power) => change({ ...draft, power })}
            errors={errors}
          />
        )}
        {draft.power === null ? null : (
          <OutletAnswer board={board} tried={tried} busy={busy} onTry={() => void save('try')} />
        )}
        <ProblemLine problem={problem} />
        <div className={classes.foot}>
          <Button variant="default" onClick={() => view.show(null)}>
            {tried ? 'Close' : 'Cancel'}
          </Button>
          <Button type="submit" loading={busy} data-testid="save-connections">
            Save
          </Button>
        </div>
      </form>
    </Modal>
  );
}
