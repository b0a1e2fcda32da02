import { Switch, Textarea, TextInput } from '@mantine/core';
import { useState } from 'react';
import type { ExpectRule } from '../../../main/contract/index.ts';
import type { LabProblem } from '../../lib/lab/labProblem.ts';
import { StateShape } from '../../ui/StateShape.tsx';
import { sentence } from '../../ui/sentence.ts';
import classes from './PatternFields.module.css';
import { tryPattern } from './tryPattern.ts';

interface Props {
  readonly rule: ExpectRule;
  readonly error: string | undefined;
  /** What the core said, which knows best what it takes for a pattern. */
  readonly refused: LabProblem | null;
  readonly onChange: (part: Partial<ExpectRule>) => void;
}

/** What to wait for, tried as one writes it against a text of one's own. */
export function PatternFields({ rule, error, refused, onChange }: Props) {
  const [sample, setSample] = useState('Hit any key to stop autoboot:  2');
  const trial = tryPattern(rule.pattern, rule.regex, sample);
  const ofCore = refused?.field?.endsWith('pattern') === true ? sentence(refused.message) : undefined;
  const invalid = trial.kind === 'invalid' ? sentence(trial.message) : undefined;
  return (
    <>
      <TextInput
        label="Wait for"
        value={rule.pattern}
        maxLength={500}
        onChange={(event) => onChange({ pattern: event.currentTarget.value })}
        error={invalid ?? error ?? ofCore}
        spellCheck={false}
        classNames={{ input: 'mono' }}
      />
      <Switch
        label="A regular expression"
        description="RE2 syntax: no look-around, no back-references"
        checked={rule.regex}
        onChange={(event) => onChange({ regex: event.currentTarget.checked })}
      />
      <div className={classes.trial}>
        <Textarea
          label="Try it on"
          value={sample}
          onChange={(event) => setSample(event.currentTarget.value)}
          autosize
          minRows={1}
          maxRows={4}
          spellCheck={false}
          classNames={{ input: 'mono' }}
        />
        <p className={classes.result} role="status" data-testid="pattern-trial" data-result={trial.kind}>
          <Result pattern={rule.pattern} sample={sample} trial={trial} />
        </p>
      </div>
    </>
  );
}

interface ResultProps {
  readonly pattern: string;
  readonly sample: string;
  readonly trial: ReturnType<typeof tryPattern>;
}

function Result({ pattern, sample, trial }: ResultProps) {
  if (pattern === '') return null;
  if (trial.kind === 'invalid') {
    return (
      <>
        <StateShape tone="bad" sizePx={10} /> This is no valid pattern.
      </>
    );
  }
  if (trial.kind === 'none') {
    return (
      <>
        <StateShape tone="off" sizePx={10} /> Not found in this text.
      </>
    );
  }
  return (
    <>
      <StateShape tone="on" sizePx={10} />
      <span>
        Found: <mark>{sample.slice(trial.start, trial.end)}</mark>
      </span>
    </>
  );
}
