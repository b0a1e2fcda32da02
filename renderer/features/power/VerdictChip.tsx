import type { ComponentProps } from 'react';
import { StateShape } from '../../ui/StateShape.tsx';
import { type Standing, standingMeaning, standingTone, standingWord } from './powerWords.ts';
import classes from './VerdictChip.module.css';

/** What the power-truth test found of an outlet: shape, word and color. */
export function VerdictChip({ standing }: { standing: Standing }) {
  return (
    <span className={classes.chip} data-tone={standingTone[standing]} data-testid="verdict">
      <StateShape tone={standingTone[standing]} sizePx={9} />
      {standingWord[standing]}
    </span>
  );
}

interface ButtonProps extends ComponentProps<'button'> {
  readonly standing: Standing;
}

/** The same, as what opens all that is known; also stands where that is still being loaded. */
export function VerdictButton({ standing, className = '', ...rest }: ButtonProps) {
  return (
    <button
      type="button"
      {...rest}
      className={`${classes.button} ${className}`}
      aria-label={`Outlet: ${standingWord[standing]}. What is known of its power`}
      title={standingMeaning[standing]}
      data-testid="power-facts"
    >
      <VerdictChip standing={standing} />
    </button>
  );
}
