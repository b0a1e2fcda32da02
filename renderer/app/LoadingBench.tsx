import { useEffect, useState } from 'react';
import classes from './LoadingBench.module.css';

const patienceMs = 4000;

/** A board's workspace before anything is known: its header and its terminal in outline. */
export function LoadingBench() {
  const [late, setLate] = useState(false);
  useEffect(() => {
    const timer = setTimeout(() => setLate(true), patienceMs);
    return () => clearTimeout(timer);
  }, []);
  return (
    <main className={classes.page} aria-busy="true" aria-label="Loading the bench">
      <div className={classes.header}>
        <span className={classes.name} />
        <span className={classes.evidence} />
      </div>
      <div className={classes.terminal}>
        <p role="status">
          {late ? 'Labdeck’s core does not answer yet. It is asked again every few seconds.' : ''}
        </p>
      </div>
      <div className={classes.edge} />
    </main>
  );
}
