import classes from './EmptyState.module.css';

interface Props {
  readonly icon: React.ReactNode;
  readonly title: string;
  readonly children?: React.ReactNode;
  readonly level?: 'page' | 'panel';
  /** `h1` where nothing else on the page is headed. */
  readonly heading?: 'h1' | 'h2';
}

/** Nothing here, and what to do about it. */
export function EmptyState({ icon, title, children, level = 'page', heading: Heading = 'h2' }: Props) {
  return (
    <div className={classes.empty} data-level={level}>
      <span className={classes.icon} aria-hidden="true">
        {icon}
      </span>
      <Heading className={classes.title}>{title}</Heading>
      <div className={classes.body}>{children}</div>
    </div>
  );
}
