import { TextInput } from '@mantine/core';
import classes from './ArgvLine.module.css';
import { parseArgv, shellWords } from './argvText.ts';

interface Props {
  readonly label: string;
  readonly description?: string;
  readonly placeholder?: string;
  readonly value: string;
  readonly onChange: (line: string) => void;
  readonly error: string | null;
}

/** A command line, and the arguments it comes to: what the program gets, one by one. */
export function ArgvLine({ label, description, placeholder, value, onChange, error }: Props) {
  const parsed = parseArgv(value);
  const argv = parsed.ok ? parsed.argv : [];
  const shell = shellWords(argv);
  return (
    <div className={classes.field}>
      <TextInput
        label={label}
        description={description}
        placeholder={placeholder}
        value={value}
        onChange={(event) => onChange(event.currentTarget.value)}
        error={error}
        spellCheck={false}
        autoCapitalize="off"
        autoComplete="off"
        classNames={{ input: 'mono' }}
      />
      {argv.length < 2 ? null : (
        <ol className={classes.argv} aria-label={`Arguments of ${label}`}>
          {argv.map((argument, index) => (
            // biome-ignore lint/suspicious/noArrayIndexKey: arguments are their places
            <li key={index}>{argument === '' ? <em>empty</em> : <code>{argument}</code>}</li>
          ))}
        </ol>
      )}
      {shell.length === 0 ? null : (
        <p className={classes.caution}>
          There is no shell: {shell.map((word) => JSON.stringify(word)).join(', ')} goes to the program as an
          argument.
        </p>
      )}
    </div>
  );
}
