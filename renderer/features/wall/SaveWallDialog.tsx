import '../../ui/widgets.css';
import { Button, Modal, TextInput } from '@mantine/core';
import { type FormEvent, useState } from 'react';
import { useBench, useLab } from '../../app/labContext.tsx';
import { type LabProblem, toProblem } from '../../lib/lab/labProblem.ts';
import { ProblemLine } from '../../ui/ProblemLine.tsx';
import classes from '../console/ConsoleForm.module.css';
import { withLayout } from './arrangement.ts';

/** Gives what stands on the wall a name, or another one. */
export function SaveWallDialog({ rename }: { rename: boolean }) {
  const { view, wall, connection } = useLab();
  const walls = useBench((state) => state.settings?.walls) ?? [];
  const old = wall.store.getState().layout.name;
  const [name, setName] = useState(rename ? old : '');
  const [problem, setProblem] = useState<LabProblem | null>(null);
  const [busy, setBusy] = useState(false);
  const trimmed = name.trim();
  const taken = walls.some((each) => each.name === trimmed) && !(rename && trimmed === old);
  const save = async (event: FormEvent) => {
    event.preventDefault();
    if (trimmed === '' || busy || (rename && taken)) return;
    setBusy(true);
    try {
      const { layout } = wall.store.getState();
      const saved = { ...layout, name: trimmed };
      const next = rename
        ? walls.map((each) => (each.name === old ? { ...each, name: trimmed } : each))
        : withLayout(walls, saved);
      await connection.client().settings.update({ walls: next });
      wall.change({ name: trimmed });
      view.show(null);
    } catch (error) {
      setProblem(toProblem(error));
      setBusy(false);
    }
  };
  return (
    <Modal
      opened
      onClose={() => view.show(null)}
      title={rename ? `Rename ${old}` : 'Save this layout'}
      size={400}
      data-testid="save-wall-dialog"
    >
      <form className={classes.form} onSubmit={(event) => void save(event)}>
        <TextInput
          label="Name"
          value={name}
          maxLength={60}
          onChange={(event) => setName(event.currentTarget.value)}
          error={rename && taken ? 'Another layout has this name.' : null}
          description={!rename && taken ? 'Replaces the layout of this name' : undefined}
          data-autofocus
        />
        <ProblemLine problem={problem} />
        <div className={classes.foot}>
          <Button variant="default" onClick={() => view.show(null)}>
            Cancel
          </Button>
          <Button type="submit" loading={busy} disabled={trimmed === '' || (rename && taken)}>
            {rename ? 'Rename' : taken ? 'Replace' : 'Save'}
          </Button>
        </div>
      </form>
    </Modal>
  );
}
