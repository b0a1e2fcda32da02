import { Autocomplete, Select, TextInput } from '@mantine/core';
import type { LedRule } from '../../../../main/contract/index.ts';
import classes from './LedRules.module.css';
import { whenKindWord, whenOfKind } from './ledWords.ts';

type When = LedRule['when'];

interface Props {
  readonly when: When;
  /** Which rule it is, for who can't see it. */
  readonly place: number;
  readonly showErrors: boolean;
  readonly onChange: (when: When) => void;
}

const kinds = Object.entries(whenKindWord).map(([value, label]) => ({ value, label }));
/** Those most boards come by; any other may be typed. */
const stages = ['boot-rom', 'spl', 'u-boot', 'kernel', 'userspace', 'login', 'shell'];

/** When a rule holds. */
export function LedWhenFields({ when, place, showErrors, onChange }: Props) {
  return (
    <>
      <Select
        className={classes.kind ?? ''}
        aria-label={`When rule ${place} holds`}
        data={kinds}
        value={when.kind}
        onChange={(value) => {
          const kind = (value ?? when.kind) as When['kind'];
          if (kind !== when.kind) onChange(whenOfKind(kind));
        }}
        allowDeselect={false}
      />
      {when.kind === 'power' ? (
        <Select
          className={classes.what ?? ''}
          aria-label={`Power of rule ${place}`}
          data={[
            { value: 'on', label: 'on' },
            { value: 'off', label: 'off' },
          ]}
          value={when.is}
          onChange={(value) => onChange({ ...when, is: value === 'off' ? 'off' : 'on' })}
          allowDeselect={false}
        />
      ) : null}
      {when.kind === 'stage' ? (
        <Autocomplete
          className={classes.what ?? ''}
          aria-label={`Stage of rule ${place}`}
          data={stages}
          value={when.stage}
          onChange={(stage) => onChange({ ...when, stage })}
          error={showErrors && when.stage.trim() === '' ? 'Say which stage.' : null}
          maxLength={60}
        />
      ) : null}
      {when.kind === 'lease' ? (
        <TextInput
          className={classes.what ?? ''}
          aria-label={`By whom, in rule ${place}`}
          placeholder="by anybody"
          value={when.who ?? ''}
          onChange={(event) => {
            const who = event.currentTarget.value;
            onChange({ ...when, who: who === '' ? null : who });
          }}
          maxLength={100}
        />
      ) : null}
    </>
  );
}
