import { TextInput } from '@mantine/core';
import { useState } from 'react';
import { escapeText, unescapeText } from './ruleWords.ts';

interface Props {
  readonly label: string;
  readonly description: string;
  readonly value: string;
  readonly error: string | undefined;
  readonly onChange: (value: string) => void;
}

/** A text with control characters in it, written as `\r`. What one types stays as one typed it. */
export function EscapedInput({ label, description, value, error, onChange }: Props) {
  const [text, setText] = useState(() => escapeText(value));
  return (
    <TextInput
      label={label}
      description={description}
      value={text}
      onChange={(event) => {
        setText(event.currentTarget.value);
        onChange(unescapeText(event.currentTarget.value));
      }}
      error={error}
      spellCheck={false}
      classNames={{ input: 'mono' }}
    />
  );
}
