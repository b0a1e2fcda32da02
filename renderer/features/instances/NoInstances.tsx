import '../../ui/widgets.css';
import { Button } from '@mantine/core';
import { Server } from 'lucide-react';
import { useEffect, useState } from 'react';
import type { InstallPlan } from '../../../main/contract/index.ts';
import { newInstance } from '../../../main/contract/instances.ts';
import { useLab } from '../../app/labContext.tsx';
import { EmptyState } from '../../ui/EmptyState.tsx';
import classes from './NoInstances.module.css';
import { planCost } from './planWords.ts';

/** None yet: what one is good for, what it takes, and the one button. */
export function NoInstances() {
  const { view, connection } = useLab();
  const [plan, setPlan] = useState<InstallPlan | null>(null);
  useEffect(() => {
    let gone = false;
    const look = async () => {
      const answer = await connection.client().instances.plan(newInstance.parse({ name: 'home' }));
      if (!gone) setPlan(answer);
    };
    // What it takes is shown once more before anything is done: without it the page is as good.
    look().catch(() => undefined);
    return () => {
      gone = true;
    };
  }, [connection]);
  return (
    <EmptyState icon={<Server size={24} />} title="A test lab of your own">
      <p>
        LAVA runs tests on your boards, by itself and again tomorrow. Labdeck installs it here in a container,
        and takes it away again without a trace.
      </p>
      <Button
        size="md"
        onClick={() => view.show({ kind: 'new-instance', answers: null })}
        data-testid="new-instance"
        data-autofocus
      >
        Install a lab
      </Button>
      <p className={classes.cost} data-testid="cost">
        {plan === null ? ' ' : planCost(plan)}
      </p>
      <button
        type="button"
        className={classes.quiet}
        onClick={() => view.show({ kind: 'restore', backupId: null, name: null })}
      >
        Or restore one from a backup…
      </button>
    </EmptyState>
  );
}
