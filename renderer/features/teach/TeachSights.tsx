import type { TeachSight } from '../../../main/contract/index.ts';
import { StateShape } from '../../ui/StateShape.tsx';
import classes from './TeachSights.module.css';
import { sightTone, sightWord } from './teachWords.ts';

/** What came and went, the newest first. */
export function TeachSights({ sights }: { sights: readonly TeachSight[] }) {
  return (
    <section className={classes.sights} aria-label="What was seen" data-testid="teach-sights">
      <h4>What was seen</h4>
      {sights.length === 0 ? (
        <p className={classes.none}>Nothing yet. Labdeck watches.</p>
      ) : (
        // What scrolls has to be reached by keyboard.
        // biome-ignore lint/a11y/noNoninteractiveTabindex: as said above
        <ul tabIndex={0}>
          {sights.toReversed().map(({ atMs, what, text }) => (
            <li key={`${atMs} ${what} ${text}`}>
              <StateShape tone={sightTone[what]} sizePx={9} />
              <span className={classes.what}>{sightWord[what]}</span>
              <span className={classes.text}>{text}</span>
              <time className="tabular" dateTime={new Date(atMs).toISOString()}>
                {new Date(atMs).toLocaleTimeString()}
              </time>
            </li>
          ))}
        </ul>
      )}
    </section>
  );
}
