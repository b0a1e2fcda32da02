import { Button } from '@mantine/core';
import { ListChecks } from 'lucide-react';
import { FoundFacts } from './FoundFacts.tsx';
import classes from './TeachDialog.module.css';
import { type TeachProps, useFocusFirst } from './teachParts.ts';
import { hasTwin } from './teachWords.ts';

/** Several ports went and came at once: which of them it is. */
export function TeachChoose({ session, teaching, ask }: TeachProps) {
  const first = useFocusFirst<HTMLButtonElement>();
  return (
    <>
      <div className={classes.stage} data-step="choose">
        <span className={classes.picture} aria-hidden="true">
          <ListChecks size={34} strokeWidth={1.6} />
        </span>
        <h3 className={classes.ask} data-testid="teach-ask">
          {session.ask}
        </h3>
      </div>
      <ul className={classes.candidates} aria-label="What it may have been">
        {session.candidates.map((candidate, index) => (
          <li key={`${candidate.text} ${candidate.socket ?? JSON.stringify(candidate.match)}`}>
            <button
              type="button"
              ref={index === 0 ? first : undefined}
              className={classes.candidate}
              onClick={() => void ask('choose', () => teaching.choose(index))}
              data-testid={`teach-candidate-${index}`}
            >
              <FoundFacts found={candidate} twin={hasTwin(session.candidates, candidate)} />
            </button>
          </li>
        ))}
      </ul>
      <div className={classes.foot}>
        <Button
          variant="default"
          onClick={() => void ask('skip', () => teaching.next())}
          data-testid="teach-skip"
        >
          None of them
        </Button>
      </div>
    </>
  );
}
