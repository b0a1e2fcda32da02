import { ProblemLine } from '../../ui/ProblemLine.tsx';
import { stepTitle } from './instanceWords.ts';
import classes from './PlanSummary.module.css';
import { addressOf, createdText, diskText } from './planWords.ts';
import { aboutSeconds } from './timeLeft.ts';
import { type PlanAnswer, planErrors } from './usePlan.ts';

/** What will be there afterwards, what it takes and how long, before anything is done. */
export function PlanSummary({ answer }: { answer: PlanAnswer }) {
  const { plan, asking } = answer;
  const { problem } = planErrors(answer);
  return (
    <section className={classes.plan} aria-label="What will happen" aria-busy={asking} data-testid="plan">
      {plan === null ? (
        <p className={classes.wait}>{problem === null ? 'Looking what it takes…' : ''}</p>
      ) : (
        <>
          <dl className={classes.facts} data-asking={asking}>
            <div>
              <dt>Installs</dt>
              <dd>{plan.title}</dd>
            </div>
            <div>
              <dt>Creates</dt>
              <dd>{createdText(plan)}</dd>
            </div>
            <div>
              <dt>Answers at</dt>
              <dd className="tabular">{addressOf(plan)}</dd>
            </div>
            <div>
              <dt>Takes</dt>
              <dd className="tabular">
                {aboutSeconds(plan.seconds)}, {diskText(plan)}
              </dd>
            </div>
          </dl>
          <details className={classes.steps}>
            <summary>Step by step</summary>
            <ol>
              {plan.steps.map((step) => (
                <li key={step.name}>
                  <span>{stepTitle(step.name)}</span>
                  <span className={classes.what}>{step.what}</span>
                  <span className="tabular">{step.seconds < 1 ? 'at once' : aboutSeconds(step.seconds)}</span>
                </li>
              ))}
            </ol>
          </details>
        </>
      )}
      <ProblemLine problem={problem} />
    </section>
  );
}
