import { Container } from 'lucide-react';
import { useStore } from 'zustand';
import type { EngineProblem } from '../../../main/contract/index.ts';
import { useConnectionPhase, useLab } from '../../app/labContext.tsx';
import { EmptyState } from '../../ui/EmptyState.tsx';
import { sentence } from '../../ui/sentence.ts';
import { CopyLine } from '../console/CopyLine.tsx';
import classes from './EngineTrouble.module.css';
import { hintParts } from './engineWords.ts';
import type { InstancesState } from './instancesControl.ts';

interface Props {
  readonly engine: Extract<InstancesState['engine'], { state: 'unavailable' | 'unasked' }>;
}

/** Nothing can run here yet: what is missing, the command that mends it, and another look. */
export function EngineTrouble({ engine }: Props) {
  const { instances, actions } = useLab();
  const away = useConnectionPhase() !== 'connected';
  const looking = useStore(actions.store, (state) => 'engine' in state.pending);
  const problems: readonly EngineProblem[] =
    engine.state === 'unavailable'
      ? engine.problems
      : [{ ...engine.problem, engine: 'podman', hint: engine.problem.hint ?? '' }];
  return (
    <div className={classes.holder} data-testid="engine-trouble">
      <EmptyState icon={<Container size={24} />} title="A container engine is needed">
        <p>Instances run in podman or docker. Neither can be used here yet; one of them is enough.</p>
        <ul className={classes.problems} aria-label="What is missing">
          {problems.map((problem) => (
            <Problem key={`${problem.engine} ${problem.code}`} problem={problem} />
          ))}
        </ul>
        <button
          type="button"
          className="button"
          data-size="large"
          aria-disabled={looking || away}
          onClick={() => (looking || away ? undefined : void instances.lookForEngine())}
        >
          {looking ? 'Looking…' : 'Look again'}
        </button>
      </EmptyState>
    </div>
  );
}

function Problem({ problem }: { problem: EngineProblem }) {
  const { text, command } = hintParts(problem.hint);
  return (
    <li className={classes.problem}>
      <h3>{problem.engine}</h3>
      <p data-selectable>{sentence(problem.message)}</p>
      {text === '' ? null : (
        <p className={classes.hint} data-selectable>
          {text}
        </p>
      )}
      {command === null ? null : <CopyLine text={command} />}
    </li>
  );
}
