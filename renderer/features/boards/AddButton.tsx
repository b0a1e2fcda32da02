import { Plus } from 'lucide-react';
import type { ComponentProps } from 'react';

/** Also stands where the menu behind it is still being loaded. */
export function AddButton({
  ready,
  className = '',
  ...rest
}: ComponentProps<'button'> & { readonly ready: boolean }) {
  return (
    <button
      type="button"
      {...rest}
      className={`button ${className}`}
      disabled={!ready}
      data-testid="add-board"
    >
      <Plus size={14} aria-hidden />
      Add
    </button>
  );
}
