import { memo } from 'react';
import type { SearchMatch } from '../../../main/contract/index.ts';
import { dayAndTime } from './formatTimes.ts';
import classes from './SearchTab.module.css';

interface Props {
  readonly match: SearchMatch;
  readonly index: number;
  readonly chosen: boolean;
  readonly onChoose: (index: number) => void;
}

/** So much of a line before what was found is shown: the match itself must be in sight. */
const contextCharacters = 24;

/** A line that was found, with the match marked and when it was printed. */
export const MatchRow = memo(function MatchRow({ match, index, chosen, onChoose }: Props) {
  const { before, found, after } = splitLine(match);
  return (
    // biome-ignore lint/a11y/useKeyWithClickEvents: the list around it has the keyboard
    <div
      role="option"
      id={matchId(index)}
      aria-selected={chosen}
      tabIndex={-1}
      className={classes.match}
      onClick={() => onChoose(index)}
    >
      <time className={`${classes.time} tabular`} dateTime={new Date(match.atMs).toISOString()}>
        {dayAndTime(match.atMs, Date.now())}
      </time>
      <code className={classes.line} title={match.line}>
        {before}
        <mark className={classes.mark}>{found}</mark>
        {after}
      </code>
    </div>
  );
});

export function matchId(index: number): string {
  return `match-${index}`;
}

/** A match far to the right would be out of sight: the line is cut before it. */
export function splitLine({ line, column, length }: Pick<SearchMatch, 'line' | 'column' | 'length'>): {
  before: string;
  found: string;
  after: string;
} {
  const start = Math.max(0, column - contextCharacters);
  return {
    before: `${start > 0 ? '…' : ''}${line.slice(start, column).trimStart()}`,
    found: line.slice(column, column + length),
    after: line.slice(column + length),
  };
}
