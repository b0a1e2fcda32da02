import '../../ui/widgets.css';
import { Button, Modal, TextInput } from '@mantine/core';
import { type FormEvent, useState } from 'react';
import type { ConsoleId } from '../../../main/contract/index.ts';
import { useLab } from '../../app/labContext.tsx';
import { type LabProblem, toProblem } from '../../lib/lab/labProblem.ts';
import { ProblemLine } from '../../ui/ProblemLine.tsx';
import classes from './MarkDialog.module.css';

/** Puts a mark where the recording stands now. */
export function MarkDialog({ consoleId }: { consoleId: string }) {
  const { connection, view, history } = useLab();
  const [text, setText] = useState('');
  const [busy, setBusy] = useState(false);
  const [problem, setProblem] = useState<LabProblem | null>(null);
  const close = () => view.show(null);
  const put = async (event: FormEvent) => {
    event.preventDefault();
    setBusy(true);
    try {
      await connection.client().consoles.mark({ consoleId: consoleId as ConsoleId, text });
      history.markPut();
      close();
    } catch (error) {
      setProblem(toProblem(error));
      setBusy(false);
    }
  };
  return (
    <Modal opened onClose={close} title={`Put a mark on ${consoleId}`} size={420} centered>
      <form className={classes.form} onSubmit={(event) => void put(event)}>
        <TextInput
          label="What happens here"
          placeholder="Heat gun on"
          value={text}
          maxLength={200}
          onChange={(event) => setText(event.currentTarget.value)}
          data-autofocus
        />
        <ProblemLine problem={problem} />
        <div className={classes.foot}>
          <Button variant="default" onClick={close}>
            Cancel
          </Button>
          <Button type="submit" loading={busy} disabled={text.trim() === ''}>
            Put mark
          </Button>
        </div>
      </form>
    </Modal>
  );
}
