import '../../ui/widgets.css';
import { Button, Modal, TextInput } from '@mantine/core';
import { type FormEvent, useState } from 'react';
import { useBench, useLab } from '../../app/labContext.tsx';
import { type LabProblem, toProblem } from '../../lib/lab/labProblem.ts';
import { ProblemLine } from '../../ui/ProblemLine.tsx';
import { keepSecret, type SecretDraft, secretToSet } from '../power/binding/secretDraft.ts';
import { powerPlace } from '../power/powerControl.ts';
import classes from './BoardForm.module.css';
import { draftFromPort } from './boardDraft.ts';
import { checkNewBoard, errorAtField, errorUnder, type FieldErrors } from './boardForm.ts';
import { ConnectionsFields } from './ConnectionsFields.tsx';

/** A real board: its name, the port of its console, and what switches it. */
export function AddBoardDialog({ portId }: { portId: string | null }) {
  const { view, boards, bench, actions } = useLab();
  const takenNames = (useBench((state) => state.boards) ?? []).map((board) => board.name as string);
  const [draft, setDraft] = useState(() => {
    const port = bench.getState().ports?.find((each) => each.portId === portId) ?? null;
    return draftFromPort(port, takenNames);
  });
  const [secret, setSecret] = useState<SecretDraft>(keepSecret);
  const [refused, setRefused] = useState<FieldErrors>({});
  const [problem, setProblem] = useState<LabProblem | null>(null);
  const [submitted, setSubmitted] = useState(false);
  const [busy, setBusy] = useState(false);

  const checked = checkNewBoard(draft, takenNames);
  const found = checked.ok ? {} : checked.errors;
  // The name is judged as it is typed; the rest once the user thinks it is done.
  const errors = submitted ? { ...found, ...refused } : pick(found, 'name');
  const change = (next: typeof draft) => {
    setDraft(next);
    setRefused({});
  };

  async function submit(event: FormEvent) {
    event.preventDefault();
    setSubmitted(true);
    setProblem(null);
    if (!checked.ok || busy) return;
    setBusy(true);
    try {
      const board = await boards.add(checked.value);
      view.show(null);
      view.selectBoard(board.boardId);
      // The board is there now: what goes wrong with its password is told there.
      const toSet = secretToSet(secret);
      if (toSet !== undefined)
        void actions.run(powerPlace(board.boardId), 'secret', () =>
          boards.setPowerSecret(board.boardId, toSet),
        );
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
    <Modal
      opened
      onClose={() => view.show(null)}
      title="Add a board"
      size={560}
      data-testid="add-board-dialog"
    >
      <form className={classes.form} onSubmit={(event) => void submit(event)} noValidate>
        <div className={classes.two}>
          <TextInput
            label="Name"
            description="Its id in addresses and scripts"
            value={draft.name}
            onChange={(event) => change({ ...draft, name: event.currentTarget.value })}
            error={errorUnder(errors, 'name')}
            spellCheck={false}
            data-autofocus
          />
          <TextInput
            label="Display name"
            description="What you call it; may stay empty"
            value={draft.displayName}
            onChange={(event) => change({ ...draft, displayName: event.currentTarget.value })}
            error={errorUnder(errors, 'displayName')}
          />
        </div>
        <ConnectionsFields
          value={draft.connections}
          onChange={(connections) => change({ ...draft, connections })}
          errors={errors}
          secret={secret}
          onSecret={setSecret}
        />
        <ProblemLine problem={problem} />
        <div className={classes.foot}>
          <Button variant="default" onClick={() => view.show(null)}>
            Cancel
          </Button>
          <Button type="submit" loading={busy} data-testid="add-board-submit">
            Add board
          </Button>
        </div>
      </form>
    </Modal>
  );
}

function pick(errors: FieldErrors, field: string): FieldErrors {
  const text = errors[field];
  return text === undefined ? {} : { [field]: text };
}
