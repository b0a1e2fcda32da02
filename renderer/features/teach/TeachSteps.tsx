import type { TeachFound } from '../../../main/contract/index.ts';
import { StateShape, type Tone } from '../../ui/StateShape.tsx';
import classes from './TeachSteps.module.css';
import { type TeachStage, teachStages } from './teachMemory.ts';
import { stageTitle } from './teachWords.ts';

/** How far it is: what was found, what was left out, what comes. */
export function TeachSteps({ stage, found }: { stage: TeachStage; found: readonly TeachFound[] }) {
  const now = teachStages.indexOf(stage);
  return (
    <ol className={classes.steps} aria-label="Steps">
      {teachStages.map((each, index) => {
        const count = found.filter(({ role }) => role === each).length;
        const state = count > 0 ? 'found' : index === now ? 'now' : index < now ? 'out' : 'later';
        return (
          <li
            key={each}
            className={classes.step}
            data-state={state}
            aria-current={index === now ? 'step' : undefined}
            data-testid={`teach-step-${each}`}
          >
            <StateShape tone={tones[state]} sizePx={10} />
            <span className={classes.title}>{stageTitle[each]}</span>
            <span className={classes.word}>
              {state === 'found' && count > 1 ? `${count} found` : words[state]}
            </span>
          </li>
        );
      })}
    </ol>
  );
}

const tones: Readonly<Record<'found' | 'now' | 'out' | 'later', Tone>> = {
  found: 'on',
  now: 'info',
  out: 'unknown',
  later: 'off',
};
const words = { found: 'found', now: 'now', out: 'left out', later: 'to come' } as const;
