import type { TeachFound } from '../../../main/contract/index.ts';
import { StateShape } from '../../ui/StateShape.tsx';
import { LooksChip } from '../ports/LooksChip.tsx';
import classes from './FoundFacts.module.css';

interface Props {
  readonly found: TeachFound;
  /** Another one has the same words: its interface tells them apart. */
  readonly twin?: boolean;
}

/** One thing that was found: what it is and where, what it looks like, and what to know of it. */
export function FoundFacts({ found, twin = false }: Props) {
  const { match } = found;
  const line = twin && match !== null && 'interface' in match ? match.interface : null;
  return (
    <span className={classes.facts}>
      <span className={classes.text}>{found.text}</span>
      {line === null ? null : <span className={classes.line}>interface {line}</span>}
      {found.looksLike === null ? null : <LooksChip looks={found.looksLike} />}
      {found.takenBy === null ? null : (
        <span className={classes.note} data-tone="info">
          <StateShape tone="info" sizePx={9} />
          Bound already, as {found.takenBy}
        </span>
      )}
      {found.caution === null ? null : (
        <span className={classes.note} data-tone="unknown">
          <StateShape tone="unknown" sizePx={10} />
          {found.caution}
        </span>
      )}
    </span>
  );
}
