import { X } from 'lucide-react';
import type { LabProblem } from '../lib/lab/labProblem.ts';
import classes from './ProblemLine.module.css';
import { StateShape } from './StateShape.tsx';
import { sentence } from './sentence.ts';

interface Props {
  readonly problem: LabProblem | null;
  readonly onDismiss?: (() => void) | undefined;
  readonly children?: React.ReactNode;
}

/** What went wrong and what to do next, beside the control it went wrong on. Heard when it appears. */
export function ProblemLine({ problem, onDismiss, children }: Props) {
  return (
    <div role="alert" className={classes.holder} data-testid="problem">
      {problem === null ? null : (
        <div className={classes.line}>
          <StateShape tone="bad" sizePx={11} />
          <p data-selectable>
            <span className={classes.message}>{sentence(problem.message)}</span>
            {problem.hint === null ? null : <span className={classes.hint}> {sentence(problem.hint)}</span>}
          </p>
          {children}
          {onDismiss === undefined ? null : (
            <button type="button" className={classes.dismiss} onClick={onDismiss} aria-label="Dismiss">
              <X size={14} aria-hidden />
            </button>
          )}
        </div>
      )}
    </div>
  );
}
