import { Select, TextInput } from '@mantine/core';
import type { RuleAction } from '../../../main/contract/index.ts';
import classes from '../console/ConsoleForm.module.css';
import { ledStates, ledStateWord } from '../power/leds/ledWords.ts';
import { EscapedInput } from './EscapedInput.tsx';
import { actionNames, actionOfKind } from './ruleWords.ts';

interface Props {
  readonly action: RuleAction;
  readonly error: string | undefined;
  readonly onChange: (action: RuleAction) => void;
}

const kinds = Object.entries(actionNames).map(([value, label]) => ({ value, label }));

/** What a rule does when its pattern shows. */
export function ActionFields({ action, error, onChange }: Props) {
  return (
    <div className={classes.two}>
      <Select
        label="Then"
        data={kinds}
        value={action.kind}
        onChange={(kind) => onChange(actionOfKind((kind ?? action.kind) as RuleAction['kind'], action))}
        allowDeselect={false}
      />
      {action.kind === 'send' ? (
        <EscapedInput
          label="Text"
          description="\r is Enter, \x03 is Ctrl+C"
          value={action.text}
          onChange={(text) => onChange({ ...action, text })}
          error={error}
        />
      ) : null}
      {action.kind === 'stop-autoboot' ? (
        <EscapedInput
          label="Key"
          description="Pressed until the countdown is left; a space by default"
          value={action.key}
          onChange={(key) => onChange({ ...action, key })}
          error={error}
        />
      ) : null}
      {action.kind === 'show-state' ? (
        <Select
          label="State"
          description="Shown by the LEDs until the next boot"
          data={ledStates.map((state) => ({ value: state, label: ledStateWord[state] }))}
          value={action.state}
          onChange={(value) =>
            onChange({ ...action, state: ledStates.find((each) => each === value) ?? action.state })
          }
          allowDeselect={false}
        />
      ) : null}
      {action.kind === 'mark' || action.kind === 'notify' ? (
        <TextInput
          label="Text"
          value={action.text}
          maxLength={200}
          onChange={(event) => onChange({ ...action, text: event.currentTarget.value })}
          error={error}
        />
      ) : null}
    </div>
  );
}
