import { NumberInput, Textarea, TextInput } from '@mantine/core';
import { useState } from 'react';
import type { ConsoleEndpoint } from '../../../main/contract/index.ts';
import classes from './BoardForm.module.css';
import { argvOfText } from './endpointDraft.ts';

interface Props {
  readonly endpoint: ConsoleEndpoint;
  readonly errorOf: (field: string) => string | null;
  readonly onChange: (endpoint: ConsoleEndpoint) => void;
}

/** Where a line is that is no port of this machine. */
export function EndpointFields({ endpoint, errorOf, onChange }: Props) {
  switch (endpoint.kind) {
    case 'rfc2217':
    case 'tcp':
      return (
        <div className={classes.two}>
          <TextInput
            label="Host"
            placeholder="rack.lan"
            value={endpoint.host}
            onChange={(event) => onChange({ ...endpoint, host: event.currentTarget.value.trim() })}
            error={errorOf('endpoint.host')}
            spellCheck={false}
          />
          <NumberInput
            label="Port"
            placeholder="4001"
            min={1}
            max={65_535}
            allowDecimal={false}
            hideControls
            value={endpoint.port === 0 ? '' : endpoint.port}
            onChange={(port) => onChange({ ...endpoint, port: typeof port === 'number' ? port : 0 })}
            error={errorOf('endpoint.port')}
          />
        </div>
      );
    case 'unix':
      return (
        <TextInput
          label="Socket path"
          placeholder="/run/lab/beagle.sock"
          value={endpoint.path}
          onChange={(event) => onChange({ ...endpoint, path: event.currentTarget.value })}
          error={errorOf('endpoint.path')}
          spellCheck={false}
        />
      );
    case 'command':
      return (
        <ArgvField
          argv={endpoint.argv}
          error={errorOf('endpoint.argv')}
          onChange={(argv) => onChange({ ...endpoint, argv })}
        />
      );
  }
}

interface ArgvProps {
  readonly argv: readonly string[];
  readonly error: string | null;
  readonly onChange: (argv: string[]) => void;
}

/** Keeps the empty line one is about to write on, which is no argument yet. */
function ArgvField({ argv, error, onChange }: ArgvProps) {
  const [text, setText] = useState(() => argv.join('\n'));
  return (
    <Textarea
      label="Command"
      description="The program, then one argument per line. No shell: quotes and spaces stay as they are."
      placeholder={'ssh\nrack\npicocom\n/dev/ttyS0'}
      value={text}
      onChange={(event) => {
        setText(event.currentTarget.value);
        onChange(argvOfText(event.currentTarget.value));
      }}
      error={error}
      autosize
      minRows={3}
      maxRows={8}
      spellCheck={false}
      classNames={{ input: 'mono' }}
    />
  );
}
