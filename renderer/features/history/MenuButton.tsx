import type { ComponentPropsWithRef } from 'react';

interface Props extends Omit<ComponentPropsWithRef<'button'>, 'type'> {
  readonly label: string;
  readonly pressed?: boolean;
  readonly testId?: string;
}

/** An icon that opens a menu: the menu hangs its own attributes and its ref on it. */
export function MenuButton({ label, pressed = false, testId, children, className, ...rest }: Props) {
  const open = rest['aria-expanded'] === true;
  return (
    <button
      type="button"
      {...rest}
      className={`icon-button ${className ?? ''}`}
      aria-label={label}
      data-active={pressed}
      // The name would lie over the menu it has opened.
      data-tip={open ? undefined : label}
      data-testid={testId}
    >
      {children}
    </button>
  );
}
