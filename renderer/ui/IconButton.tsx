interface Props {
  readonly label: string;
  /** Shown with the label: how to do it without the mouse. */
  readonly shortcut?: string | undefined;
  readonly pressed?: boolean | undefined;
  readonly onClick: () => void;
  readonly children: React.ReactNode;
  readonly testId?: string | undefined;
}

/** An icon with a name: said to screen readers, shown to everyone who points at it. */
export function IconButton({ label, shortcut, pressed, onClick, children, testId }: Props) {
  return (
    <button
      type="button"
      className="icon-button"
      aria-label={label}
      aria-pressed={pressed}
      data-tip={shortcut === undefined ? label : `${label}  ${shortcut}`}
      data-testid={testId}
      onClick={onClick}
    >
      {children}
    </button>
  );
}
