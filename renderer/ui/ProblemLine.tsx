import { X } from 'lucide-react';
import type { LabProblem } from '../lib/lab/labProblem.ts';
import classes from './ProblemLine.module.css';
import { StateShape } from './StateShape.tsx';

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

/** Messages of the core begin small and end bare, to fit into logs; on screen they are sentences. */
export function sentence(text: string): string {
  // A first word that is a name (`virtual-1`, `/dev/ttyACM0`) is spelled as it is.
  const capital = /^[a-z]+(?=[\s,])/.test(text) ? text.charAt(0).toUpperCase() + text.slice(1) : text;
  return /[.!?…]$/.test(capital) ? capital : `${capital}.`;
}
