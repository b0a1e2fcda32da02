import { useEffect, useState } from 'react';
import type { InstallPlan, Instance } from '../../../main/contract/index.ts';
import { newInstance } from '../../../main/contract/instances.ts';
import { useLab } from '../../app/labContext.tsx';
import { proposeName } from './proposeName.ts';

/**
 * How long each step of an install is expected to take: what the plan of another instance like it says. So it is there
 * too after a reload, and for an install this window did not ask for. null: not known.
 */
export function useEstimate({ key, source, include }: Instance): InstallPlan['steps'] | null {
  const { connection, bench } = useLab();
  const [steps, setSteps] = useState<InstallPlan['steps'] | null>(null);
  const like = JSON.stringify({ source, include });
  // biome-ignore lint/correctness/useExhaustiveDependencies: the key stands for one install
  useEffect(() => {
    let gone = false;
    const ask = async () => {
      const taken = bench.getState().instances?.map(({ name }) => name) ?? [];
      const request = newInstance.parse({ name: proposeName('estimate', taken), ...JSON.parse(like) });
      const plan = await connection.client().instances.plan(request);
      if (!gone) setSteps(plan.steps);
    };
    // Without it only the time left is not shown.
    ask().catch(() => undefined);
    return () => {
      gone = true;
    };
  }, [connection, bench, key, like]);
  return steps;
}
