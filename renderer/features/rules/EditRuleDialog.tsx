import '../../ui/widgets.css';
import { Button, Modal, NumberInput, Select, Switch, TextInput } from '@mantine/core';
import { type FormEvent, useState } from 'react';
import type { Board, ExpectRule } from '../../../main/contract/index.ts';
import { useLab } from '../../app/labContext.tsx';
import { type LabProblem, toProblem } from '../../lib/lab/labProblem.ts';
import { ProblemLine } from '../../ui/ProblemLine.tsx';
import classes from '../console/ConsoleForm.module.css';
import { consoleNames } from '../console/consoleNames.ts';
import { ActionFields } from './ActionFields.tsx';
import { PatternFields } from './PatternFields.tsx';
import { checkRule } from './ruleForm.ts';
import { emptyRule } from './ruleWords.ts';

/** Pattern, then action: written and tried here before a board gets it. `name` is null for a new one. */
export function EditRuleDialog({ board, name }: { board: Board; name: string | null }) {
  const { view, boards } = useLab();
  const names = consoleNames(board);
  const [rule, setRule] = useState<ExpectRule>(
    () => board.rules.find((each) => each.name === name) ?? { ...emptyRule, console: names[0] ?? 'main' },
  );
  const [submitted, setSubmitted] = useState(false);
  const [problem, setProblem] = useState<LabProblem | null>(null);
  const [busy, setBusy] = useState(false);
  const others = board.rules.filter((each) => each.name !== name);
  const errors = checkRule(
    rule,
    others.map((each) => each.name),
  );
  const shown = submitted ? errors : {};
  const change = (part: Partial<ExpectRule>) => {
    setRule({ ...rule, ...part });
    setProblem(null);
  };

  async function save(rules: readonly ExpectRule[]) {
    setBusy(true);
    setProblem(null);
    try {
      await boards.update(board.boardId, { rules: [...rules] });
      view.show(null);
    } catch (error) {
      setProblem(toProblem(error));
      setBusy(false);
    }
  }
  const submit = (event: FormEvent) => {
    event.preventDefault();
    setSubmitted(true);
    if (Object.keys(errors).length > 0 || busy) return;
    void save(
      name === null ? [...board.rules, rule] : board.rules.map((each) => (each.name === name ? rule : each)),
    );
  };

  return (
    <Modal
      opened
      onClose={() => view.show(null)}
      title={name === null ? 'New rule' : `Rule ${name}`}
      size={600}
      data-testid="rule-dialog"
    >
      <form className={classes.form} onSubmit={submit} noValidate>
        <div className={classes.two}>
          <TextInput
            label="Name"
            value={rule.name}
            maxLength={60}
            onChange={(event) => change({ name: event.currentTarget.value })}
            error={shown.name}
            data-autofocus
          />
          <Select
            label="Console"
            data={names}
            value={rule.console}
            onChange={(value) => change({ console: value ?? rule.console })}
            allowDeselect={false}
          />
        </div>
        <PatternFields rule={rule} error={shown.pattern} refused={problem} onChange={change} />
        <ActionFields action={rule.action} error={shown.action} onChange={(action) => change({ action })} />
        <div className={classes.two}>
          <NumberInput
            label="At most"
            description="In one boot"
            suffix={rule.maxTimes === 1 ? ' time' : ' times'}
            min={1}
            max={10_000}
            clampBehavior="strict"
            value={rule.maxTimes}
            onChange={(value) => change({ maxTimes: typeof value === 'number' ? value : 1 })}
          />
          <NumberInput
            label="Only within"
            description="Of the boot’s begin; empty: as long as it lasts"
            suffix=" s"
            min={0.1}
            max={86_400}
            decimalScale={1}
            value={rule.withinMs === null ? '' : rule.withinMs / 1000}
            onChange={(value) =>
              change({ withinMs: typeof value === 'number' ? Math.round(value * 1000) : null })
            }
          />
        </div>
        <Switch
          label="Enabled"
          description="Armed anew with every boot"
          checked={rule.enabled}
          onChange={(event) => change({ enabled: event.currentTarget.checked })}
        />
        <ProblemLine problem={problem} />
        <div className={classes.foot}>
          {name === null ? null : (
            <Button
              variant="subtle"
              className={classes.grave ?? ''}
              onClick={() => void save(others)}
              data-testid="remove-rule"
            >
              Remove
            </Button>
          )}
          <span className={classes.spring} />
          <Button variant="default" onClick={() => view.show(null)}>
            Cancel
          </Button>
          <Button type="submit" loading={busy} data-testid="save-rule">
            Save
          </Button>
        </div>
      </form>
    </Modal>
  );
}
