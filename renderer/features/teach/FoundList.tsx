import { X } from 'lucide-react';
import { FoundFacts } from './FoundFacts.tsx';
import classes from './FoundList.module.css';
import type { TeachProps } from './teachParts.ts';
import { hasTwin, stageTitle } from './teachWords.ts';

/** All that is learned so far; each can be taken back. */
export function FoundList({ session, teaching, ask }: TeachProps) {
  if (session.found.length === 0) return null;
  return (
    <ul className={classes.list} aria-label="Found so far" data-testid="teach-found">
      {session.found.map((found, index) => (
        <li key={`${found.role} ${found.socket ?? JSON.stringify(found.match)}`}>
          <span className={classes.role}>{stageTitle[found.role]}</span>
          <FoundFacts found={found} twin={hasTwin(session.found, found)} />
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
