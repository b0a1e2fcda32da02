import { Select, TextInput } from '@mantine/core';
import classes from '../../boards/BoardForm.module.css';
import type { OutletProps } from './outletProps.ts';

interface TextProps {
  readonly label: string;
  readonly description?: string;
  readonly placeholder?: string;
  readonly numeric?: boolean;
  readonly value: string;
  readonly error: string | null;
  readonly onChange: (text: string) => void;
}

function Text({ label, description, placeholder, numeric = false, value, error, onChange }: TextProps) {
  return (
    <TextInput
      label={label}
      description={description}
      placeholder={placeholder}
      inputMode={numeric ? 'numeric' : 'text'}
      value={value}
      onChange={(event) => onChange(event.currentTarget.value)}
      error={error}
      spellCheck={false}
      autoCapitalize="off"
      autoComplete="off"
    />
  );
}

function Address({ value, placeholder, error, onChange }: Omit<TextProps, 'label'>) {
  return (
    <Text
      label="Address"
      description="Without user and password: those go below"
      placeholder={placeholder ?? 'http://plug.lan'}
      value={value}
      error={error}
      onChange={onChange}
    />
  );
}

export function TasmotaFields({ value, onChange, errorOf }: OutletProps<'tasmota'>) {
  return (
    <>
      <Address value={value.url} error={errorOf('url')} onChange={(url) => onChange({ ...value, url })} />
      <div className={classes.two}>
        <Text
          label="Relay"
          description="1 where there is but one"
          numeric
          value={value.relay}
          error={errorOf('relay')}
          onChange={(relay) => onChange({ ...value, relay })}
        />
        <Text
          label="User"
          description="Empty: it asks for none"
          placeholder="admin"
          value={value.user}
          error={errorOf('user')}
          onChange={(user) => onChange({ ...value, user })}
        />
      </div>
    </>
  );
}

const generations = [
  { value: 'auto', label: 'Ask it' },
  { value: '1', label: 'Gen 1' },
  { value: '2', label: 'Gen 2, 3 and 4' },
] as const;

export function ShellyFields({ value, onChange, errorOf }: OutletProps<'shelly'>) {
  return (
    <>
      <Address
        value={value.url}
        placeholder="http://shelly.lan"
        error={errorOf('url')}
        onChange={(url) => onChange({ ...value, url })}
      />
      <div className={classes.two}>
        <Text
          label="Channel"
          description="From 0"
          numeric
          value={value.channel}
          error={errorOf('channel')}
          onChange={(channel) => onChange({ ...value, channel })}
        />
        <Select
          label="Generation"
          description="Which API it speaks"
          data={[...generations]}
          value={String(value.generation)}
          onChange={(choice) =>
            onChange({ ...value, generation: choice === '1' ? 1 : choice === '2' ? 2 : 'auto' })
          }
          allowDeselect={false}
        />
        <Text
          label="User"
          description="Mostly admin"
          value={value.user}
          error={errorOf('user')}
          onChange={(user) => onChange({ ...value, user })}
        />
      </div>
    </>
  );
}

export function HomeAssistantFields({ value, onChange, errorOf }: OutletProps<'home-assistant'>) {
  return (
    <>
      <Address
        value={value.url}
        placeholder="http://homeassistant.lan:8123"
        error={errorOf('url')}
        onChange={(url) => onChange({ ...value, url })}
      />
      <div className={classes.two}>
        <Text
          label="Switch"
          description="A switch, a light or a helper"
          placeholder="switch.bench_plug"
          value={value.entityId}
          error={errorOf('entityId')}
          onChange={(entityId) => onChange({ ...value, entityId })}
        />
        <Text
          label="Power sensor"
          description="In watts; may stay empty"
          placeholder="sensor.bench_plug_power"
          value={value.powerEntityId}
          error={errorOf('powerEntityId')}
          onChange={(powerEntityId) => onChange({ ...value, powerEntityId })}
        />
      </div>
    </>
  );
}

export function PdudaemonFields({ value, onChange, errorOf }: OutletProps<'pdudaemon'>) {
  return (
    <>
      <Text
        label="Address of pdudaemon"
        placeholder="http://lab:16421"
        value={value.url}
        error={errorOf('url')}
        onChange={(url) => onChange({ ...value, url })}
      />
      <div className={classes.two}>
        <Text
          label="PDU"
          description="The power strip’s name in pdudaemon’s configuration"
          placeholder="apc-rack-1"
          value={value.pdu}
          error={errorOf('pdu')}
          onChange={(pdu) => onChange({ ...value, pdu })}
        />
        <Text
          label="Outlet"
          description="Mostly a number"
          placeholder="7"
          value={value.outlet}
          error={errorOf('outlet')}
          onChange={(outlet) => onChange({ ...value, outlet })}
        />
      </div>
      <p className={classes.hint}>
        pdudaemon can’t be asked for a state: the board itself tells whether it has power.
      </p>
    </>
  );
}
