import { ChevronDown } from 'lucide-react';
import type { ComponentProps } from 'react';
import classes from './LedMenuButton.module.css';
import { stateWord } from './ledWords.ts';

interface Props extends ComponentProps<'button'> {
  /** What the LEDs say now; null: nothing, they are as set by hand. */
  readonly state: string | null;
}

/** Also stands where its menu is still being loaded. */
export function LedMenuButton({ state, className = '', ...rest }: Props) {
  return (
    <button
      type="button"
      {...rest}
      className={`${classes.button} ${className}`}
      aria-label={state === null ? 'What the LEDs say' : `What the LEDs say: ${stateWord(state)}`}
      data-testid="led-menu"
    >
      {state === null ? null : <span data-testid="led-state">{stateWord(state)}</span>}
      <ChevronDown size={14} aria-hidden />
    </button>
  );
}
