import type { PartHealth } from '../../../main/contract/index.ts';
import { StateShape } from '../../ui/StateShape.tsx';
import { parts as order, partSummary, partTone } from './instanceWords.ts';
import classes from './PartShapes.module.css';

/** The health of each part at a glance: five shapes that never change places, with words for who listens. */
export function PartShapes({ parts }: { parts: readonly PartHealth[] }) {
  return (
    <ul className={classes.parts} aria-label="Parts">
      {order.map((name) => {
        const part = parts.find((each) => each.part === name) ?? {
          part: name,
          state: 'unknown',
          restarts: 0,
          detail: null,
        };
        return (
          <li key={name} className={classes.part} data-tip={partSummary(part)}>
            <StateShape tone={partTone[part.state]} sizePx={11} />
            <span className="visually-hidden">{partSummary(part)}</span>
          </li>
        );
      })}
    </ul>
  );
}
