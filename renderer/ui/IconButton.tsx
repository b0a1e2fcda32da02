import { ActionIcon, Tooltip } from '@mantine/core';

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
    <Tooltip
      label={shortcut === undefined ? label : `${label}  ${shortcut}`}
      openDelay={500}
      withinPortal={false}
    >
      <ActionIcon
        variant="subtle"
        color="ink"
        size={28}
        aria-label={label}
        aria-pressed={pressed}
        onClick={onClick}
        data-testid={testId}
        className="icon-button"
      >
        {children}
      </ActionIcon>
    </Tooltip>
  );
}
