import { Button, Select } from '@mantine/core';
import { ArrowDown, ArrowUp, Plus, X } from 'lucide-react';
import type { LedRule } from '../../../../main/contract/index.ts';
import { IconButton } from '../../../ui/IconButton.tsx';
import classes from './LedRules.module.css';
import { LedWhenFields } from './LedWhenFields.tsx';
import { ledStates, ledStateWord } from './ledWords.ts';

interface Props {
  readonly rules: readonly LedRule[];
  readonly showErrors: boolean;
  readonly onChange: (rules: readonly LedRule[]) => void;
}

const mostRules = 50;
const states = ledStates.map((value) => ({ value, label: ledStateWord[value] }));

/** When a state is said, in the order that decides: the last that holds wins. */
export function LedRules({ rules, showErrors, onChange }: Props) {
  const replace = (at: number, rule: LedRule) =>
    onChange(rules.map((each, index) => (index === at ? rule : each)));
  const move = (at: number, by: 1 | -1) => {
    const next = [...rules];
    const [moved] = next.splice(at, 1);
    if (moved !== undefined) next.splice(at + by, 0, moved);
    onChange(next);
  };
  return (
    <>
      {rules.length === 0 ? <p>No rules: the LEDs say nothing by themselves.</p> : null}
      <ol className={classes.rules}>
        {rules.map((rule, index) => (
          // Rules have no names: their places are what they are.
          // biome-ignore lint/suspicious/noArrayIndexKey: as above
          <li key={index} className={classes.rule}>
            <LedWhenFields
              when={rule.when}
              place={index + 1}
              showErrors={showErrors}
              onChange={(when) => replace(index, { ...rule, when })}
            />
            <Select
              className={classes.state ?? ''}
              aria-label={`What rule ${index + 1} says`}
              data={states}
              value={rule.state}
              onChange={(value) =>
                replace(index, { ...rule, state: ledStates.find((each) => each === value) ?? rule.state })
              }
              allowDeselect={false}
            />
            <span className={classes.hands}>
              <IconButton
                label={`Rule ${index + 1} earlier`}
                onClick={() => (index > 0 ? move(index, -1) : undefined)}
              >
                <ArrowUp size={14} aria-hidden />
              </IconButton>
              <IconButton
                label={`Rule ${index + 1} later`}
                onClick={() => (index < rules.length - 1 ? move(index, 1) : undefined)}
              >
                <ArrowDown size={14} aria-hidden />
              </IconButton>
              <IconButton
                label={`Remove rule ${index + 1}`}
                onClick={() => onChange(rules.filter((_, at) => at !== index))}
              >
                <X size={14} aria-hidden />
              </IconButton>
            </span>
          </li>
        ))}
      </ol>
      <Button
        className={classes.add ?? ''}
        size="compact-sm"
        variant="subtle"
        leftSection={<Plus size={14} aria-hidden />}
        disabled={rules.length >= mostRules}
        onClick={() => onChange([...rules, { when: { kind: 'stage', stage: 'u-boot' }, state: 'booting' }])}
        data-testid="add-led-rule"
      >
        Add a rule
      </Button>
    </>
  );
}
