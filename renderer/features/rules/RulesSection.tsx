import { Switch } from '@mantine/core';
import { useStore } from 'zustand';
import type { Board, ExpectRule, RuleStatus } from '../../../main/contract/index.ts';
import { stopAutobootRule } from '../../../main/contract/rules.ts';
import { useConnectionPhase, useLab } from '../../app/labContext.tsx';
import { countOf } from '../../lib/format/format.ts';
import { ProblemLine } from '../../ui/ProblemLine.tsx';
import { StateShape } from '../../ui/StateShape.tsx';
import inspectorClasses from '../boards/Inspector.module.css';
import { InspectorSection } from '../boards/InspectorSection.tsx';
import { consoleNames } from '../console/consoleNames.ts';
import classes from './RulesSection.module.css';
import { actionText, ruleStateWord, ruleTone } from './ruleWords.ts';
import { useRuleStatus } from './useRuleStatus.ts';

/** A board's expect rules, how each stands in this boot, and the way to more of them. */
export function RulesSection({ board }: { board: Board }) {
  const { view, boards, actions } = useLab();
  const statuses = useRuleStatus(board);
  const away = useConnectionPhase() !== 'connected';
  const place = `rules:${board.boardId}`;
  const problem = useStore(actions.store, (state) => state.problems[place] ?? null);
  const save = (rules: ExpectRule[]) => {
    void actions.run(place, 'save', () => boards.update(board.boardId, { rules }));
  };
  const edit = (rule: string | null) => view.show({ kind: 'edit-rule', boardId: board.boardId, rule });
  const hasAutoboot = board.rules.some((rule) => rule.action.kind === 'stop-autoboot');
  return (
    <InspectorSection title="Rules">
      {board.rules.length === 0 ? (
        <p className={inspectorClasses.hint}>
          A rule waits for a text in what the board prints, then types, marks, notifies or switches off.
        </p>
      ) : (
        <ul className={classes.list} aria-label="Rules">
          {board.rules.map((rule) => (
            <RuleRow
              key={rule.name}
              rule={rule}
              status={statuses?.find((each) => each.name === rule.name)}
              away={away}
              onEdit={() => edit(rule.name)}
              onToggle={(enabled) =>
                save(board.rules.map((each) => (each === rule ? { ...rule, enabled } : each)))
              }
            />
          ))}
        </ul>
      )}
      <ProblemLine problem={problem} onDismiss={() => actions.dismiss(place)} />
      <div className={classes.foot}>
        <button type="button" className="button" onClick={() => edit(null)} data-testid="add-rule">
          Add rule…
        </button>
        {hasAutoboot ? null : (
          <button
            type="button"
            className="button"
            aria-disabled={away}
            data-testid="add-stop-autoboot"
            onClick={() => {
              if (away) return;
              save([...board.rules, { ...stopAutobootRule, console: consoleNames(board)[0] ?? 'main' }]);
            }}
          >
            Stop U-Boot autoboot
          </button>
        )}
      </div>
    </InspectorSection>
  );
}

interface RuleRowProps {
  readonly rule: ExpectRule;
  /** undefined: the core has not said yet. */
  readonly status: RuleStatus | undefined;
  readonly away: boolean;
  readonly onEdit: () => void;
  readonly onToggle: (enabled: boolean) => void;
}

function RuleRow({ rule, status, away, onEdit, onToggle }: RuleRowProps) {
  return (
    <li className={classes.row} data-testid={`rule-${rule.name}`} data-state={status?.state}>
      <div className={classes.head}>
        <button type="button" className={classes.name} onClick={onEdit} title={`Edit ${rule.name}`}>
          {rule.name}
        </button>
        <Switch
          size="xs"
          aria-label={`${rule.name} enabled`}
          checked={rule.enabled}
          disabled={away}
          onChange={(event) => onToggle(event.currentTarget.checked)}
        />
      </div>
      <p className={classes.does}>{actionText(rule.action)}</p>
      {status === undefined ? null : (
        <p className={classes.state}>
          <StateShape tone={ruleTone[status.state]} sizePx={9} />
          <span>{standingText(status)}</span>
        </p>
      )}
      {status?.problem == null ? null : <p className={classes.problem}>{status.problem}</p>}
    </li>
  );
}

/** `Armed · no hit yet`, `Spent until the next boot · 1 hit now, 4 in all`. */
function standingText({ state, hits, totalHits }: RuleStatus): string {
  const counts = totalHits === 0 ? 'no hit yet' : `${countOf(hits, 'hit')} now, ${totalHits} in all`;
  return `${ruleStateWord[state]} · ${counts}`;
}
