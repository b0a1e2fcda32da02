import { Power } from 'lucide-react';
import type { ComponentProps } from 'react';

/** Also stands where the menu behind it is still being loaded. */
export function ManyButton({ className = '', ...rest }: ComponentProps<'button'>) {
  return (
    <button
      type="button"
      {...rest}
      className={`icon-button ${className}`}
      aria-label="Power of many boards"
      data-tip={rest['aria-expanded'] === true ? undefined : 'Power of many boards'}
      data-testid="many-power"
    >
      <Power size={15} aria-hidden />
    </button>
  );
}
