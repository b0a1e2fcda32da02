import { Autocomplete, Button, Select, TextInput } from '@mantine/core';
import { useId, useState } from 'react';
import { PortMatchField } from '../ports/PortMatchField.tsx';
import classes from './BoardForm.module.css';
import type { ConsoleDraft } from './boardDraft.ts';
import { EndpointFields } from './EndpointFields.tsx';
import { bindingOfKind, hasLineSettings, lineKindOf, lineKinds } from './endpointDraft.ts';
import { SignalFields } from './SignalFields.tsx';

interface Props {
  readonly value: ConsoleDraft;
  /** The board's only console: its name hardly matters. */
  readonly alone: boolean;
  readonly errorOf: (field: string) => string | null;
  readonly onChange: (draft: ConsoleDraft) => void;
  readonly onRemove: () => void;
  readonly boardId?: string | undefined;
}

const commonRates = ['9600', '19200', '38400', '57600', '115200', '230400', '460800', '921600', '1500000'];
const parities = ['none', 'even', 'odd'] as const;
const flows = [
  { value: 'none', label: 'none' },
  { value: 'rtscts', label: 'RTS/CTS' },
  { value: 'xonxoff', label: 'XON/XOFF' },
] as const;

/** One serial line: where it is, how fast, and the rest for who needs it. */
export function ConsoleFields({ value, alone, errorOf, onChange, onRemove, boardId }: Props) {
  const [more, setMore] = useState(false);
  const moreId = useId();
  const kind = lineKindOf(value);
  const hasUart = hasLineSettings(kind);
  const change = (part: Partial<ConsoleDraft>) => onChange({ ...value, ...part });
  return (
    <fieldset className={classes.group}>
      <legend>{alone ? 'Console' : `Console ${value.name}`}</legend>
      <Select
        label="The line is"
        data={[...lineKinds]}
        value={kind}
        onChange={(choice) => {
          const next = lineKinds.find((each) => each.value === choice)?.value ?? kind;
          if (next !== kind) change(bindingOfKind(next, value.endpoint));
        }}
        allowDeselect={false}
      />
      {value.endpoint === null ? (
        <PortMatchField
          label="Console port"
          value={value.match}
          onChange={(match) => change({ match })}
          error={errorOf('match')}
          boardId={boardId}
        />
      ) : (
        <EndpointFields
          key={kind}
          endpoint={value.endpoint}
          errorOf={errorOf}
          onChange={(endpoint) => change({ endpoint })}
        />
      )}
      <div className={classes.two}>
        {hasUart ? (
          <Autocomplete
            label="Baud rate"
            data={commonRates}
            // All rates stay on offer: what stands in the field is a choice, not a search.
            filter={({ options }) => options}
            value={value.baudRate}
            onChange={(baudRate) => change({ baudRate })}
            error={errorOf('baudRate')}
            inputMode="numeric"
          />
        ) : null}
        <TextInput
          label="Console name"
          value={value.name}
          onChange={(event) => change({ name: event.currentTarget.value })}
          error={errorOf('name')}
          spellCheck={false}
        />
      </div>
      <div className={classes.actions}>
        {hasUart ? (
          <Button
            size="compact-xs"
            variant="subtle"
            aria-expanded={more}
            aria-controls={moreId}
            onClick={() => setMore(!more)}
          >
            {more ? 'Fewer line settings' : `Line settings (${frame(value)})`}
          </Button>
        ) : (
          <span />
        )}
        <Button size="compact-xs" variant="subtle" onClick={onRemove}>
          Remove console
        </Button>
      </div>
      <div id={moreId} className={classes.four} hidden={!more || !hasUart}>
        <Select
          label="Data bits"
          data={['5', '6', '7', '8']}
          value={String(value.dataBits)}
          onChange={(bits) => change({ dataBits: (Number(bits) || 8) as ConsoleDraft['dataBits'] })}
          allowDeselect={false}
        />
        <Select
          label="Parity"
          data={[...parities]}
          value={value.parity}
          onChange={(parity) => change({ parity: parities.find((each) => each === parity) ?? 'none' })}
          allowDeselect={false}
        />
        <Select
          label="Stop bits"
          data={['1', '2']}
          value={String(value.stopBits)}
          onChange={(bits) => change({ stopBits: bits === '2' ? 2 : 1 })}
          allowDeselect={false}
        />
        <Select
          label="Flow control"
          data={[...flows]}
          value={value.flowControl}
          onChange={(flow) =>
            change({ flowControl: flows.find((each) => each.value === flow)?.value ?? 'none' })
          }
          allowDeselect={false}
        />
        <SignalFields dtr={value.dtr} rts={value.rts} onChange={change} />
      </div>
    </fieldset>
  );
}

/** `8N1`, as people say it. */
function frame(value: ConsoleDraft): string {
  const flow = value.flowControl === 'none' ? '' : `, ${value.flowControl}`;
  return `${value.dataBits}${value.parity.charAt(0).toUpperCase()}${value.stopBits}${flow}`;
}
