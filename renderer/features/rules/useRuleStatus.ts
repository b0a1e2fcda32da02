import { useEffect, useState } from 'react';
import type { Board, RuleStatus } from '../../../main/contract/index.ts';
import { useConnectionPhase, useLab } from '../../app/labContext.tsx';

const everyMs = 2000;

/** How a board's rules stand, asked again every few seconds while somebody looks; null: not known yet. */
export function useRuleStatus({ boardId, rules }: Board): readonly RuleStatus[] | null {
  const { connection } = useLab();
  const connected = useConnectionPhase() === 'connected';
  const [statuses, setStatuses] = useState<readonly RuleStatus[] | null>(null);
  const wanted = connected && rules.length > 0;
  // Asked at once when the rules were changed: a switch just thrown must not look unheard.
  // biome-ignore lint/correctness/useExhaustiveDependencies: rules are what the answer is about
  useEffect(() => {
    if (!wanted) return;
    let gone = false;
    const ask = async () => {
      try {
        const answer = await connection.client().rules.status({ boardId });
        if (!gone) setStatuses(answer);
      } catch {
        // the link went or the board did: what is shown is what was last known
      }
    };
    void ask();
    const timer = setInterval(() => void ask(), everyMs);
    return () => {
      gone = true;
      clearInterval(timer);
    };
  }, [connection, boardId, rules, wanted]);
  return statuses;
}
