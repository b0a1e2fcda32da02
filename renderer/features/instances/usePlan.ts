import { useEffect, useState } from 'react';
import type { InstallPlan, NewInstance } from '../../../main/contract/index.ts';
import { useLab } from '../../app/labContext.tsx';
import { type LabProblem, toProblem } from '../../lib/lab/labProblem.ts';

const settleMs = 250;

export interface PlanAnswer {
  /** Of what was asked before while the next is under way. */
  readonly plan: InstallPlan | null;
  readonly problem: LabProblem | null;
  readonly asking: boolean;
}

/** What installing this would do, asked anew a moment after each change. null: not asked, the last answer stands. */
export function usePlan(answers: NewInstance | null): PlanAnswer {
  const { connection } = useLab();
  const [answer, setAnswer] = useState<PlanAnswer>({ plan: null, problem: null, asking: true });
  // A password does not change the plan: it is sent once only.
  const wanted =
    answers === null
      ? null
      : JSON.stringify({ ...answers, admin: { ...answers.admin, password: null } } satisfies NewInstance);
  useEffect(() => {
    if (wanted === null) return;
    let gone = false;
    setAnswer((before) => ({ ...before, asking: true }));
    const ask = async () => {
      try {
        const plan = await connection.client().instances.plan(JSON.parse(wanted) as NewInstance);
        if (!gone) setAnswer({ plan, problem: null, asking: false });
      } catch (error) {
        if (!gone) setAnswer({ plan: null, problem: toProblem(error), asking: false });
      }
    };
    const timer = setTimeout(() => void ask(), settleMs);
    return () => {
      gone = true;
      clearTimeout(timer);
    };
  }, [connection, wanted]);
  return answer;
}

/** What stands against a plan, by field; `problem`: what concerns no field of its own. */
export function planErrors({ plan, problem }: PlanAnswer): {
  readonly errors: Readonly<Record<string, string>>;
  readonly problem: LabProblem | null;
} {
  const atField = plan?.problems.flatMap(({ field, message, hint }) =>
    field === null ? [] : [[field, hint === '' ? message : `${message}. ${hint}`] as const],
  );
  const other = plan?.problems.find(({ field }) => field === null);
  if (problem?.field != null) {
    const text = problem.hint === null ? problem.message : `${problem.message}. ${problem.hint}`;
    return { errors: { [problem.field]: text }, problem: null };
  }
  return {
    errors: Object.fromEntries(atField?.reverse() ?? []),
    problem: problem ?? (other === undefined ? null : { ...other, code: 'CONFLICT', hint: other.hint }),
  };
}
