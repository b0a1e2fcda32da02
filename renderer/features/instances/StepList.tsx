import type { TaskStep } from '../../../main/contract/index.ts';
import { StateShape } from '../../ui/StateShape.tsx';
import { stepTone, stepWord } from '../tasks/taskWords.ts';
import { stepTitle } from './instanceWords.ts';
import classes from './StepList.module.css';

interface Props {
  readonly steps: readonly TaskStep[];
  /** In a row, where there is something more important than them. */
  readonly inline?: boolean;
  /** What each does, by name. */
  readonly what?: Readonly<Record<string, string>>;
}

/** The steps of a task, each with how far it is. */
export function StepList({ steps, inline = false, what = {} }: Props) {
  if (steps.length === 0) return null;
  return (
    <ol className={classes.steps} data-inline={inline} aria-label="Steps">
      {steps.map((step) => (
        <li
          key={step.name}
          className={classes.step}
          data-state={step.state}
          data-testid={`step-${step.name}`}
        >
          <StateShape tone={stepTone[step.state]} sizePx={inline ? 8 : 11} />
          <span className={classes.title}>{stepTitle(step.name)}</span>
          {inline ? null : <span className={classes.what}>{what[step.name] ?? ''}</span>}
          <span className={`${classes.word} tabular`}>
            {step.state === 'running' && step.progress !== null
              ? `${Math.floor(step.progress * 100)} %`
              : stepWord[step.state]}
          </span>
        </li>
      ))}
    </ol>
  );
}
