import '../../ui/widgets.css';
import { Button, Modal } from '@mantine/core';
import { type FormEvent, useState } from 'react';
import { useConnectionPhase, useLab } from '../../app/labContext.tsx';
import { type LabProblem, toProblem } from '../../lib/lab/labProblem.ts';
import { ProblemLine } from '../../ui/ProblemLine.tsx';
import { errorAtField, type FieldErrors } from '../boards/boardForm.ts';
import { hasErrors } from './fieldErrors.ts';
import classes from './InstanceForm.module.css';

interface Props {
  readonly title: string;
  /** What happens, as the button says it. */
  readonly action: string;
  readonly testId: string;
  /** What is wrong with what was filled in so far; shown once it was tried. */
  readonly errors?: FieldErrors;
  /** Rejects with what the core said. The dialog closes before what it resolves with is run. */
  readonly run: () => Promise<(() => void) | undefined>;
  /** The fields; handed the errors to show now. */
  readonly children: (errors: FieldErrors) => React.ReactNode;
}

/** A form in a dialog: checked, sent, and what the core refuses shown beside its field. */
export function AskDialog({ title, action, testId, errors = {}, run, children }: Props) {
  const { view } = useLab();
  const away = useConnectionPhase() !== 'connected';
  const [tried, setTried] = useState(false);
  const [refused, setRefused] = useState<FieldErrors>({});
  const [problem, setProblem] = useState<LabProblem | null>(null);
  const [busy, setBusy] = useState(false);
  const submit = async (event: FormEvent) => {
    event.preventDefault();
    setTried(true);
    if (busy || away || hasErrors(errors)) return;
    setBusy(true);
    setProblem(null);
    try {
      const then = await run();
      view.show(null);
      then?.();
    } catch (error) {
      const failure = toProblem(error);
      const atField = errorAtField(failure);
      setRefused(atField ?? {});
      // Said in any case: whether there is a field of that name here is the form's business.
      setProblem(failure);
      setBusy(false);
    }
  };
  return (
    <Modal opened onClose={() => view.show(null)} title={title} size={520} data-testid={testId}>
      <form
        className={classes.form}
        onSubmit={(event) => void submit(event)}
        onChange={() => {
          setRefused({});
          setProblem(null);
        }}
        noValidate
      >
        {children(tried ? { ...refused, ...errors } : refused)}
        <ProblemLine problem={problem} />
        <div className={classes.foot}>
          <span className={classes.spring} />
          <Button variant="default" onClick={() => view.show(null)}>
            Cancel
          </Button>
          <Button type="submit" loading={busy} disabled={away} data-testid="confirm">
            {action}
          </Button>
        </div>
      </form>
    </Modal>
  );
}
