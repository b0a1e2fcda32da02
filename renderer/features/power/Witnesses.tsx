import type { PowerEvidence } from '../../../main/contract/index.ts';
import { Age } from '../../ui/Age.tsx';
import { StateShape } from '../../ui/StateShape.tsx';
import { sentence } from '../../ui/sentence.ts';
import { evidenceSource, evidenceTone, offsetText } from './powerWords.ts';
import classes from './Witnesses.module.css';

interface Props {
  readonly seen: readonly PowerEvidence[];
  /** Where given, how long after or before it each was seen, in place of how long ago. */
  readonly sinceMs?: number;
}

/** Signs of power, each with where it comes from and its age. */
export function Witnesses({ seen, sinceMs }: Props) {
  return (
    <ol className={classes.seen} data-testid="witnesses">
      {seen.map((each, index) => (
        // Two signs may be alike in all they say.
        // biome-ignore lint/suspicious/noArrayIndexKey: the list is told anew as a whole
        <li key={`${each.atMs} ${index}`} data-kind={each.kind}>
          <StateShape tone={evidenceTone[each.kind]} sizePx={9} />
          <span className={classes.source}>{evidenceSource[each.kind]}</span>
          <span className={classes.text}>{sentence(each.text)}</span>
          <span className={classes.age}>
            {sinceMs === undefined ? <Age atMs={each.atMs} /> : offsetText(each.atMs - sinceMs)}
          </span>
        </li>
      ))}
    </ol>
  );
}
