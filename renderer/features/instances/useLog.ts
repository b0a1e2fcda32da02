import { useCallback, useEffect, useState } from 'react';
import type { Instance, InstancePart } from '../../../main/contract/index.ts';
import type { LabConnection } from '../../lib/lab/connection.ts';
import { type LabProblem, toProblem } from '../../lib/lab/labProblem.ts';

const followMs = 2000;
const lines = 1000;

interface Log {
  /** null: not there yet. */
  readonly text: string | null;
  readonly problem: LabProblem | null;
  refresh(): void;
}

/** A part's log; while it is followed it is asked for anew each time the last answer is two seconds old. */
export function useLog(
  connection: LabConnection,
  name: Instance['name'],
  part: InstancePart | 'container',
  follow: boolean,
): Log {
  const [text, setText] = useState<string | null>(null);
  const [problem, setProblem] = useState<LabProblem | null>(null);
  const [asked, setAsked] = useState(0);
  // biome-ignore lint/correctness/useExhaustiveDependencies: another part's text must not stand under this name
  useEffect(() => setText(null), [name, part]);
  // biome-ignore lint/correctness/useExhaustiveDependencies: `asked` is the wish to have it anew
  useEffect(() => {
    let gone = false;
    let timer: ReturnType<typeof setTimeout> | undefined;
    const ask = async () => {
      try {
        const answer = await connection.client().instances.logs({ name, part, lines });
        if (gone) return;
        setText(answer.text);
        setProblem(null);
      } catch (error) {
        if (gone) return;
        setProblem(toProblem(error));
      }
      if (follow) timer = setTimeout(() => void ask(), followMs);
    };
    void ask();
    return () => {
      gone = true;
      clearTimeout(timer);
    };
  }, [connection, name, part, follow, asked]);
  const refresh = useCallback(() => setAsked((before) => before + 1), []);
  return { text, problem, refresh };
}
