import { ChevronDown } from 'lucide-react';
import type { ComponentProps } from 'react';
import classes from './PowerCycle.module.css';

/** Also stands where what it opens is still being loaded. */
export function OffTimeButton(props: ComponentProps<'button'>) {
  return (
    <button type="button" className={classes.more} aria-label="Off time" {...props}>
      <ChevronDown size={14} aria-hidden />
    </button>
  );
}
