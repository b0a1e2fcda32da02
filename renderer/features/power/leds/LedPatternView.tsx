import type { LedPattern } from '../../../../main/contract/index.ts';
import classes from './LedPatternView.module.css';

/** Three little lights as a state shows them. Beside words that say the same. */
export function LedPatternView({ pattern }: { pattern: LedPattern }) {
  return (
    <span className={classes.pattern} aria-hidden="true">
      {pattern.map((mode, index) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: the three places never move
        <span key={index} className={classes.light} data-mode={mode} />
      ))}
    </span>
  );
}
