import classes from './LoadingBench.module.css';

/** A board's workspace before anything is known: its header and its terminal in outline. */
export function LoadingBench() {
  return (
    <main className={classes.page} aria-busy="true" aria-label="Loading the bench">
      <div className={classes.header}>
        <span className={classes.name} />
        <span className={classes.evidence} />
      </div>
      <div className={classes.terminal} />
      <div className={classes.edge} />
    </main>
  );
}
