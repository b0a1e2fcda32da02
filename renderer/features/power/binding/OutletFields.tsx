import { Select } from '@mantine/core';
import type { PowerKind } from '../../../../main/contract/index.ts';
import { useBench } from '../../../app/labContext.tsx';
import classes from '../../boards/BoardForm.module.css';
import { errorUnder, type FieldErrors } from '../../boards/boardForm.ts';
import { CableFields } from './CableFields.tsx';
import { CommandFields } from './CommandFields.tsx';
import { HubPortFields } from './HubPortFields.tsx';
import { HomeAssistantFields, PdudaemonFields, ShellyFields, TasmotaFields } from './NetworkFields.tsx';
import { newOutlet, type OutletDraft, secretName } from './outletDraft.ts';
import { SecretField } from './SecretField.tsx';
import { keepSecret, mayKeepSecret, type SecretDraft } from './secretDraft.ts';
import { VirtualFields } from './VirtualFields.tsx';

interface Props {
  /** null: nothing switches this board. */
  readonly value: OutletDraft | null;
  readonly onChange: (draft: OutletDraft | null) => void;
  /** What becomes of its password or token. */
  readonly secret: SecretDraft;
  readonly onSecret: (secret: SecretDraft) => void;
  /** By dotted field, `power.url`. */
  readonly errors: FieldErrors;
  readonly boardId?: string | undefined;
}

const nothing = 'nothing';
const kinds: readonly { readonly value: PowerKind | typeof nothing; readonly label: string }[] = [
  { value: nothing, label: 'Nothing: power can’t be switched' },
  { value: 'acm-cable', label: 'An ACM power cable' },
  { value: 'usb-hub-port', label: 'A port of a USB hub' },
  { value: 'tasmota', label: 'A Tasmota plug' },
  { value: 'shelly', label: 'A Shelly' },
  { value: 'home-assistant', label: 'A switch of Home Assistant' },
  { value: 'pdudaemon', label: 'A switched power strip (PDU), by pdudaemon' },
  { value: 'command', label: 'A command of your own' },
];

/** What switches a real board: the kind, and the fields of that kind. */
export function OutletFields(props: Props) {
  const { value, onChange, errors } = props;
  const choose = (choice: string | null) => {
    const kind = kinds.find((each) => each.value === choice)?.value ?? nothing;
    if (kind === (value?.kind ?? nothing)) return;
    props.onSecret(keepSecret);
    onChange(kind === nothing ? null : newOutlet(kind, value));
  };
  return (
    <fieldset className={classes.group}>
      <legend>Power</legend>
      <Select
        label="This board is switched by"
        data={[...kinds]}
        value={value?.kind ?? nothing}
        onChange={choose}
        allowDeselect={false}
        maxDropdownHeight={320}
        data-testid="outlet-kind"
      />
      {value === null ? null : <KindFields {...props} value={value} key={value.kind} />}
      {errors.power === undefined ? null : <p className={classes.error}>{errorUnder(errors, 'power')}</p>}
    </fieldset>
  );
}

function KindFields({ value, onChange, secret, onSecret, errors, boardId }: Props & { value: OutletDraft }) {
  const errorOf = (field: string) => errorUnder(errors, `power.${field}`);
  const name = secretName[value.kind];
  const bound = useBench((state) => state.boards?.find((each) => each.boardId === boardId)?.power ?? null);
  return (
    <>
      <FieldsOfKind value={value} onChange={onChange} errorOf={errorOf} boardId={boardId} />
      {name === undefined ? null : (
        <SecretField
          label={name}
          value={secret}
          onChange={onSecret}
          mayBeKept={mayKeepSecret(bound, value)}
        />
      )}
    </>
  );
}

interface KindProps {
  readonly value: OutletDraft;
  readonly onChange: (draft: OutletDraft) => void;
  readonly errorOf: (field: string) => string | null;
  readonly boardId: string | undefined;
}

function FieldsOfKind({ value, onChange, errorOf, boardId }: KindProps) {
  const common = { onChange, errorOf };
  switch (value.kind) {
    case 'acm-cable':
      return <CableFields value={value} {...common} boardId={boardId} />;
    case 'usb-hub-port':
      return <HubPortFields value={value} {...common} boardId={boardId} />;
    case 'pdudaemon':
      return <PdudaemonFields value={value} {...common} />;
    case 'tasmota':
      return <TasmotaFields value={value} {...common} />;
    case 'shelly':
      return <ShellyFields value={value} {...common} />;
    case 'home-assistant':
      return <HomeAssistantFields value={value} {...common} />;
    case 'command':
      return <CommandFields value={value} {...common} />;
    case 'virtual':
      return <VirtualFields value={value} {...common} />;
  }
}
