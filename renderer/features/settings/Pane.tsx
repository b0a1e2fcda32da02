import classes from './SettingsPage.module.css';

export function Pane({ title, children }: { title: string; children: React.ReactNode }) {
  return (
    <section className={classes.pane}>
      <h2>{title}</h2>
      <div className={classes.card}>{children}</div>
    </section>
  );
}
