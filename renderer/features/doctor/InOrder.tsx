import type { Finding } from '../../../main/contract/index.ts';
import { StateShape } from '../../ui/StateShape.tsx';
import { Fold } from '../instances/Fold.tsx';
import { byGroup, groupWord } from './doctorWords.ts';
import classes from './InOrder.module.css';

/** What needs nothing, folded: how many, and on request which. */
export function InOrder({ findings }: { findings: readonly Finding[] }) {
  return (
    <Fold title={`${findings.length} in order`} testId="doctor-in-order">
      {byGroup(findings).map(({ group, members }) => (
        <section key={group} aria-label={`${groupWord[group]}, in order`}>
          <h4 className={classes.group}>{groupWord[group]}</h4>
          <ul className={classes.list}>
            {members.map(({ findingId, title, what }) => (
              <li key={findingId} data-testid={`finding-${findingId}`} data-severity="ok">
                <StateShape tone="on" sizePx={9} />
                <p>
                  {title} <span className={classes.what}>{what}</span>
                </p>
              </li>
            ))}
          </ul>
        </section>
      ))}
    </Fold>
  );
}
