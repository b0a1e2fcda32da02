import { ChevronDown } from 'lucide-react';
import type { ComponentProps } from 'react';
import classes from './PowerCycle.module.css';

/** Also stands where what it opens is still being loaded. */
export function OffTimeButton({ className = '', ...rest }: ComponentProps<'button'>) {
  return (
    <button type="button" {...rest} className={`${classes.more} ${className}`} aria-label="Off time">
      <ChevronDown size={14} aria-hidden />
    </button>
  );
}
