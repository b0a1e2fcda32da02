import type { Boot, LedRule, LedState, PowerState } from '../../contract/index.ts';

/** What is known of a board when its LEDs are to say something. */
export interface LedFacts {
  readonly power: PowerState;
  /** The newest boot of each of its consoles, ended or not. */
  readonly boots: readonly Boot[];
  /** Who holds a console of it by name. */
  readonly holders: readonly string[];
  readonly hasJob: boolean;
}

/** How far a boot is at this stage; null for one the data does not know. */
export type StageOrder = (stage: string) => number | null;

/** The state of the last rule that holds; null: none does. */
export function stateByRules(
  rules: readonly LedRule[],
  facts: LedFacts,
  stageOrder: StageOrder,
): LedState | null {
  return rules.findLast(({ when }) => holds(when, facts, stageOrder))?.state ?? null;
}

function holds(when: LedRule['when'], facts: LedFacts, stageOrder: StageOrder): boolean {
  switch (when.kind) {
    case 'power':
      return facts.power === when.is;
    case 'stage':
      return facts.boots.some((boot) => boot.toOffset === null && hasReached(boot, when.stage, stageOrder));
    case 'fault':
      return facts.boots.some(({ outcome }) => outcome === 'failed');
    case 'lease': {
      const who = when.who?.toLowerCase() ?? '';
      return facts.holders.some((holder) => holder.toLowerCase().includes(who));
    }
    case 'job':
      return facts.hasJob;
  }
}

/** A stage that is not in the data counts where it is named so. */
function hasReached({ stages }: Boot, wanted: string, stageOrder: StageOrder): boolean {
  const order = stageOrder(wanted);
  return stages.some(
    ({ stage, fault }) =>
      !fault &&
      (stage === wanted || (order !== null && (stageOrder(stage) ?? Number.NEGATIVE_INFINITY) >= order)),
  );
}
