import { SegmentedControl, TextInput } from '@mantine/core';
import { useId } from 'react';
import classes from '../../boards/BoardForm.module.css';
import { ArgvLine } from './ArgvLine.tsx';
import type { CommandDraft } from './outletDraft.ts';
import type { OutletProps } from './outletProps.ts';

/** Programs that switch, and one that tells the state if there is one. */
export function CommandFields({ value, onChange, errorOf }: OutletProps<'command'>) {
  const change = (part: Partial<CommandDraft>) => onChange({ ...value, ...part });
  return (
    <>
      <p className={classes.hint}>
        Programs, run without a shell: nothing in their arguments is interpreted. <code>{'{board}'}</code>{' '}
        stands for the board’s name.
      </p>
      <ArgvLine
        label="On"
        placeholder="pdu-tool --outlet 3 on"
        value={value.on}
        onChange={(on) => change({ on })}
        error={errorOf('on')}
      />
      <ArgvLine
        label="Off"
        placeholder="pdu-tool --outlet 3 off"
        value={value.off}
        onChange={(off) => change({ off })}
        error={errorOf('off')}
      />
      <ArgvLine
        label="Cycle"
        description="May stay empty: then it is off, wait, on"
        value={value.cycle}
        onChange={(cycle) => change({ cycle })}
        error={errorOf('cycle')}
      />
      <ArgvLine
        label="Read"
        description="Tells the state. May stay empty: then it can’t be asked"
        value={value.read}
        onChange={(read) => change({ read })}
        error={errorOf('read')}
      />
      {value.read.trim() === '' ? null : <ReadFields value={value} change={change} errorOf={errorOf} />}
      <TextInput
        label="Deadline"
        description="A program that takes longer is ended, and the command has failed"
        rightSection={<span className={classes.unit}>s</span>}
        inputMode="decimal"
        value={value.timeoutS}
        onChange={(event) => change({ timeoutS: event.currentTarget.value })}
        error={errorOf('timeoutMs')}
      />
    </>
  );
}

interface ReadProps {
  readonly value: CommandDraft;
  readonly change: (part: Partial<CommandDraft>) => void;
  readonly errorOf: (field: string) => string | null;
}

function ReadFields({ value, change, errorOf }: ReadProps) {
  const labelId = useId();
  const text = (
    field: 'exitOn' | 'exitOff' | 'outputOn' | 'outputOff',
    label: string,
    error: string,
    numeric: boolean,
  ) => (
    <TextInput
      label={label}
      inputMode={numeric ? 'numeric' : 'text'}
      value={value[field]}
      onChange={(event) => change({ [field]: event.currentTarget.value })}
      error={errorOf(error)}
      spellCheck={false}
    />
  );
  return (
    <>
      <div className={classes.choice}>
        <span id={labelId}>The state is told by</span>
        <SegmentedControl
          size="xs"
          aria-labelledby={labelId}
          value={value.tells}
          onChange={(tells) => change({ tells: tells === 'output' ? 'output' : 'exit' })}
          data={[
            { value: 'exit', label: 'its exit code' },
            { value: 'output', label: 'what it prints' },
          ]}
        />
      </div>
      <div className={classes.two}>
        {value.tells === 'exit' ? (
          <>
            {text('exitOn', 'Exit code when on', 'readExit.on', true)}
            {text('exitOff', 'Exit code when off', 'readExit.off', true)}
          </>
        ) : (
          <>
            {text('outputOn', 'Prints when on', 'readOutput.on', false)}
            {text('outputOff', 'Prints when off', 'readOutput.off', false)}
          </>
        )}
      </div>
    </>
  );
}
