import { NumberInput, Select, Switch } from '@mantine/core';
import { useEffect, useState } from 'react';
import type { ConsoleInfo, NetworkShare } from '../../../main/contract/index.ts';
import { useLab } from '../../app/labContext.tsx';
import { CopyLine } from './CopyLine.tsx';
import { ExposeForm } from './ExposeForm.tsx';
import classes from './SharingPanel.module.css';
import {
  closedDoor,
  doorCommands,
  doorOf,
  everyInterface,
  type NetworkDoor,
  thisMachine,
} from './sharingPlan.ts';

interface Props {
  readonly door: NetworkDoor;
  readonly title: string;
  readonly about: string;
  readonly info: ConsoleInfo;
  readonly blocked: boolean;
  readonly change: (share: NetworkShare | null) => void;
}

/** A door on a TCP port: on this machine alone, or after a question for the whole network. */
export function NetworkDoorFields({ door, title, about, info, blocked, change }: Props) {
  const { sharing: control } = useLab();
  const [exposing, setExposing] = useState(false);
  const open = info.sharing[door];
  const share = doorOf(info.sharing, door, control.tokens(info.consoleId));
  const reach = exposing || open?.exposed === true ? everyInterface : thisMachine;
  const choose = (address: string | null) => {
    setExposing(address === everyInterface && open?.exposed !== true);
    if (address === thisMachine && open?.exposed === true) {
      change({ ...share, address: thisMachine, token: null, consent: false });
    }
  };
  return (
    <section className={classes.door}>
      <Switch
        label={title}
        description={about}
        checked={open !== null}
        disabled={blocked}
        onChange={(event) => {
          setExposing(false);
          change(event.currentTarget.checked ? closedDoor : null);
        }}
      />
      {open === null ? null : (
        <>
          {doorCommands(info.sharing, door).map((command) => (
            <CopyLine key={command} text={command} />
          ))}
          <div className={classes.two}>
            <PortField value={open.port} blocked={blocked} onChange={(port) => change({ ...share, port })} />
            <Select
              label="Who can reach it"
              size="xs"
              data={[
                { value: thisMachine, label: 'This computer' },
                { value: everyInterface, label: 'The network' },
              ]}
              value={reach}
              onChange={choose}
              disabled={blocked}
              allowDeselect={false}
              comboboxProps={{ withinPortal: false }}
            />
          </div>
          <Switch
            size="xs"
            label="Read-only"
            checked={open.readOnly}
            disabled={blocked}
            onChange={(event) => change({ ...share, readOnly: event.currentTarget.checked })}
          />
          {open.exposed ? (
            <p className={classes.hint}>
              From other machines: use this machine’s address instead of {thisMachine}.
              {open.withToken ? ' The token is the first line a client sends.' : ''}
            </p>
          ) : null}
          {exposing ? (
            <ExposeForm
              readOnly={open.readOnly}
              blocked={blocked}
              onCancel={() => setExposing(false)}
              onOpen={(guard) => {
                setExposing(false);
                change({ ...share, address: everyInterface, ...guard });
              }}
            />
          ) : null}
        </>
      )}
    </section>
  );
}

interface PortFieldProps {
  readonly value: number;
  readonly blocked: boolean;
  readonly onChange: (port: number) => void;
}

/** Taken once one is done with it: on the way to 2323 nobody wants port 2. */
function PortField({ value, blocked, onChange }: PortFieldProps) {
  const [text, setText] = useState<number | string>(value);
  useEffect(() => setText(value), [value]);
  const commit = () => {
    if (typeof text === 'number' && text !== value) onChange(text);
    else setText(value);
  };
  return (
    <NumberInput
      label="Port"
      size="xs"
      min={0}
      max={65_535}
      clampBehavior="strict"
      allowDecimal={false}
      hideControls
      title="0: any free one"
      value={text}
      disabled={blocked}
      onChange={setText}
      onBlur={commit}
      onKeyDown={(event) => {
        if (event.key === 'Enter') commit();
      }}
    />
  );
}
