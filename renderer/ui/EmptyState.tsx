import classes from './EmptyState.module.css';

interface Props {
  readonly icon: React.ReactNode;
  readonly title: string;
  readonly children?: React.ReactNode;
  readonly level?: 'page' | 'panel';
}

/** Nothing here, and what to do about it. */
export function EmptyState({ icon, title, children, level = 'page' }: Props) {
  return (
    <div className={classes.empty} data-level={level}>
      <span className={classes.icon} aria-hidden="true">
        {icon}
      </span>
      <h2 className={classes.title}>{title}</h2>
      <div className={classes.body}>{children}</div>
    </div>
  );
}
