import { X } from 'lucide-react';
import type { TeachFound } from '../../../main/contract/index.ts';
import { FoundFacts } from './FoundFacts.tsx';
import classes from './FoundList.module.css';
import type { TeachProps } from './teachParts.ts';
import type { Becomes } from './teachPower.ts';
import { hasTwin, stageTitle } from './teachWords.ts';

interface Props extends TeachProps {
  /** What it will be to the board, where that is decided. */
  readonly becomes?: (found: TeachFound) => Becomes;
}

/** All that is learned so far; each can be taken back. */
export function FoundList({ session, teaching, ask, becomes }: Props) {
  const becoming = (found: TeachFound) => becomes?.(found) ?? null;
  if (session.found.length === 0) return null;
  return (
    <ul className={classes.list} aria-label="Found so far" data-testid="teach-found">
      {session.found.map((found, index) => (
        <li key={`${found.role} ${found.socket ?? JSON.stringify(found.match)}`}>
          <span className={classes.role}>
            {stageTitle[found.role]}
            <Becoming what={becoming(found)} />
          </span>
          <FoundFacts found={relevant(found, becoming(found))} twin={hasTwin(session.found, found)} />
          <button
            type="button"
            className="icon-button"
            aria-label={`Forget ${found.text}`}
            data-tip="Forget it"
            onClick={() => void ask('forget', () => teaching.forget(index))}
          >
            <X size={14} aria-hidden />
          </button>
        </li>
      ))}
    </ul>
  );
}

const becomesWord: Readonly<Record<Becomes, string>> = {
  bound: 'is bound',
  switch: 'switches it',
  witness: 'is a witness',
  nothing: 'is left out',
};

function Becoming({ what }: { what: Becomes | null }) {
  return what === null ? null : <span className={classes.becomes}>{becomesWord[what]}</span>;
}

/** How a hub switches its ports is no matter where it is not to switch any. */
function relevant(found: TeachFound, what: Becomes | null): TeachFound {
  return found.role === 'socket' && what !== null && what !== 'switch' ? { ...found, caution: null } : found;
}
