import { Select, TextInput } from '@mantine/core';
import { useState } from 'react';
import type { Port, PortMatch } from '../../../main/contract/index.ts';
import { useBench } from '../../app/labContext.tsx';
import { AbsentPort } from './AbsentPort.tsx';
import { findPort, portTitle, stableMatch } from './describePort.ts';
import { FoundAgainBy } from './FoundAgainBy.tsx';
import classes from './PortMatchField.module.css';

interface Props {
  readonly label: string;
  readonly value: PortMatch | null;
  readonly onChange: (match: PortMatch | null) => void;
  readonly error: string | null;
  /** The board being edited: its own ports are not "taken". */
  readonly boardId?: string | undefined;
}

const ownPath = 'own-path';
const absent = 'absent';

/** Chooses a port and how it is found again; or a device path of the user's own making. */
export function PortMatchField({ label, value, onChange, error, boardId }: Props) {
  const ports = useBench((state) => state.ports) ?? [];
  const port = value === null ? null : findPort(ports, value);
  const [typesPath, setTypesPath] = useState(value?.by === 'device' && port === null);
  const selected = typesPath ? ownPath : port !== null ? port.portId : value === null ? null : absent;
  const options = [
    ...ports.map((each) => ({ value: each.portId as string, label: optionLabel(each, boardId) })),
    ...(selected === absent ? [{ value: absent, label: 'The one it is bound to (not plugged in)' }] : []),
    { value: ownPath, label: 'Another device path…' },
  ];
  const choose = (choice: string | null) => {
    if (choice === ownPath) {
      setTypesPath(true);
      onChange({ by: 'device', value: '' });
      return;
    }
    const chosen = ports.find((each) => each.portId === choice);
    if (chosen === undefined) return;
    setTypesPath(false);
    onChange(stableMatch(chosen));
  };
  return (
    <div className={classes.field}>
      <Select
        label={label}
        placeholder={ports.length === 0 ? 'No port is plugged in' : 'Choose a port'}
        data={options}
        value={selected}
        onChange={choose}
        error={typesPath ? null : error}
        allowDeselect={false}
        comboboxProps={{ withinPortal: true }}
        maxDropdownHeight={260}
      />
      {typesPath ? (
        <TextInput
          label="Device path"
          description="A stable name of your own, such as a udev symlink"
          placeholder="/dev/lab/beagle"
          value={value?.by === 'device' ? value.value : ''}
          onChange={(event) => onChange({ by: 'device', value: event.currentTarget.value })}
          error={error}
          spellCheck={false}
        />
      ) : value === null ? null : port === null ? (
        <AbsentPort match={value} ports={ports} onChange={onChange} />
      ) : (
        <FoundAgainBy port={port} value={value} onChange={onChange} />
      )}
    </div>
  );
}

function optionLabel(port: Port, boardId: string | undefined): string {
  const taken =
    port.boundTo !== null && port.boundTo.boardId !== boardId ? ` · used by ${port.boundTo.boardId}` : '';
  const refused = port.access.ok ? '' : ' · no access';
  const serial = port.serialNumber === null ? '' : ` · ${port.serialNumber}`;
  const place = port.plugged === null ? '' : ` · ${port.plugged}`;
  return `${portTitle(port)}${serial}${place} · ${port.device}${taken}${refused}`;
}
