import { Button } from '@mantine/core';
import { type ChangeEvent, useRef } from 'react';
import type { NewInstance, NewInstanceInput } from '../../../main/contract/index.ts';
import type { LabProblem } from '../../lib/lab/labProblem.ts';
import { answersName, formatAnswers, readAnswers } from './answersFile.ts';

interface Props {
  readonly answers: NewInstanceInput;
  readonly onLoad: (answers: NewInstance) => void;
  readonly onProblem: (problem: LabProblem | null) => void;
}

/** The answers as a file, which is the body of POST /instances: for the next machine, or for a script. */
export function AnswersButtons({ answers, onLoad, onProblem }: Props) {
  const chooser = useRef<HTMLInputElement>(null);
  const load = async (event: ChangeEvent<HTMLInputElement>) => {
    const input = event.currentTarget;
    const [file] = input.files ?? [];
    if (file === undefined) return;
    const read = readAnswers(await file.text());
    // The same file can be chosen again once it is mended.
    input.value = '';
    if (read.ok) {
      onProblem(null);
      onLoad(read.answers);
    } else onProblem({ code: 'BAD_REQUEST', message: read.message, hint: read.hint, field: null });
  };
  return (
    <>
      <input
        ref={chooser}
        type="file"
        accept=".json,application/json"
        aria-label="Answers file"
        tabIndex={-1}
        hidden
        onChange={(event) => void load(event)}
        data-testid="answers-file"
      />
      <Button variant="subtle" size="compact-sm" onClick={() => chooser.current?.click()}>
        Load answers…
      </Button>
      <Button variant="subtle" size="compact-sm" onClick={() => save(answers)} data-testid="save-answers">
        Save answers as a file
      </Button>
    </>
  );
}

function save(answers: NewInstanceInput): void {
  const url = URL.createObjectURL(new Blob([formatAnswers(answers)], { type: 'application/json' }));
  const link = document.createElement('a');
  link.href = url;
  link.download = answersName(answers.name);
  link.click();
  // The download has its own hold on the blob once it has begun, and it begins in a turn of its own.
  setTimeout(() => URL.revokeObjectURL(url), 60_000);
}
