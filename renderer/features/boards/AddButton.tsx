import { Plus } from 'lucide-react';
import type { ComponentProps } from 'react';

/** Also stands where the menu behind it is still being loaded. */
export function AddButton({ ready, ...rest }: ComponentProps<'button'> & { readonly ready: boolean }) {
  return (
    <button type="button" className="button" disabled={!ready} data-testid="add-board" {...rest}>
      <Plus size={14} aria-hidden />
      Add
    </button>
  );
}
