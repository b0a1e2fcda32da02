import { Textarea, TextInput } from '@mantine/core';
import { Check } from 'lucide-react';
import { type KeyboardEvent, useEffect, useState } from 'react';
import { type LabProblem, toProblem } from '../lib/lab/labProblem.ts';
import classes from './InlineField.module.css';
import { sentence } from './sentence.ts';

interface Props {
  readonly label: string;
  readonly value: string;
  readonly placeholder?: string;
  readonly multiline?: boolean;
  readonly mono?: boolean;
  readonly disabled?: boolean;
  /** Rejects with what the core said; that is shown under the field. */
  readonly save: (value: string) => Promise<unknown>;
}

const savedShownMs = 1600;

/** A value edited where it stands: Enter or leaving the field saves, Escape takes it back. */
export function InlineField({
  label,
  value,
  placeholder,
  multiline = false,
  mono = false,
  disabled = false,
  save,
}: Props) {
  const [text, setText] = useState(value);
  const [problem, setProblem] = useState<LabProblem | null>(null);
  const [saved, setSaved] = useState(false);

  // Another window may change it; while this one types, its text stands.
  useEffect(() => setText(value), [value]);
  useEffect(() => {
    if (!saved) return;
    const timer = setTimeout(() => setSaved(false), savedShownMs);
    return () => clearTimeout(timer);
  }, [saved]);

  const commit = async () => {
    if (text === value) {
      setProblem(null);
      return;
    }
    try {
      await save(text);
      setProblem(null);
      setSaved(true);
    } catch (error) {
      setProblem(toProblem(error));
    }
  };
  const onKey = (event: KeyboardEvent) => {
    if (event.key === 'Escape') {
      event.stopPropagation();
      setText(value);
      setProblem(null);
    }
    if (event.key === 'Enter' && !multiline) void commit();
  };
  const shared = {
    label,
    placeholder,
    value: text,
    disabled,
    size: 'xs',
    onKeyDown: onKey,
    onBlur: () => void commit(),
    error: problem === null ? null : `${sentence(problem.message)} ${problem.hint ?? ''}`,
    spellCheck: false,
    rightSection: saved ? <Check size={14} className={classes.saved} aria-label="Saved" /> : null,
    classNames: { input: mono ? 'mono' : '' },
  } as const;
  return multiline ? (
    <Textarea
      {...shared}
      autosize
      minRows={2}
      maxRows={10}
      onChange={(event) => setText(event.currentTarget.value)}
    />
  ) : (
    <TextInput {...shared} onChange={(event) => setText(event.currentTarget.value)} />
  );
}
