import './widgets.css';
import { Button, Modal } from '@mantine/core';
import { useState } from 'react';
import { type LabProblem, toProblem } from '../lib/lab/labProblem.ts';
import classes from './ConfirmDialog.module.css';
import { ProblemLine } from './ProblemLine.tsx';

interface Props {
  readonly title: string;
  readonly children: React.ReactNode;
  /** What happens, as the button says it. */
  readonly action: string;
  readonly grave?: boolean;
  readonly run: () => Promise<unknown>;
  readonly onClose: () => void;
}

/** Asks once. Cancel has the focus: Enter pressed too soon does no harm. */
export function ConfirmDialog({ title, children, action, grave = false, run, onClose }: Props) {
  const [busy, setBusy] = useState(false);
  const [problem, setProblem] = useState<LabProblem | null>(null);
  const confirm = async () => {
    setBusy(true);
    setProblem(null);
    try {
      await run();
      onClose();
    } catch (error) {
      setProblem(toProblem(error));
      setBusy(false);
    }
  };
  return (
    <Modal opened onClose={onClose} title={title} size={420} centered>
      <div className={classes.body}>
        {children}
        <ProblemLine problem={problem} />
        <div className={classes.foot}>
          <Button variant="default" onClick={onClose} data-autofocus>
            Cancel
          </Button>
          <Button
            onClick={() => void confirm()}
            loading={busy}
            className={grave ? (classes.grave ?? '') : ''}
            data-testid="confirm"
          >
            {action}
          </Button>
        </div>
      </div>
    </Modal>
  );
}
