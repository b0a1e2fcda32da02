import { Send } from 'lucide-react';
import { type FormEvent, useId, useState } from 'react';
import { useStore } from 'zustand';
import type { ConsoleId } from '../../../main/contract/index.ts';
import { useConnectionPhase, useLab } from '../../app/labContext.tsx';
import { countOf } from '../../lib/format/format.ts';
import { ProblemLine } from '../../ui/ProblemLine.tsx';
import { toBase64 } from '../console/inputQueue.ts';
import classes from './HexView.module.css';
import { parseHexInput } from './hexInput.ts';

/** Sends bytes to a console, as hex or as quoted text. */
export function HexSend({ consoleId }: { consoleId: string }) {
  const { connection, actions } = useLab();
  const away = useConnectionPhase() !== 'connected';
  const place = `hex:${consoleId}`;
  const pending = useStore(actions.store, (state) => place in state.pending);
  const problem = useStore(actions.store, (state) => state.problems[place] ?? null);
  const [text, setText] = useState('');
  const errorId = useId();
  const input = parseHexInput(text);
  const length = input.ok ? input.bytes.length : 0;
  const ready = length > 0 && !pending && !away;
  const send = async (event: FormEvent) => {
    event.preventDefault();
    if (!input.ok || !ready) return;
    const sent = await actions.run(place, 'send', async () =>
      connection.client().consoles.input({
        consoleId: consoleId as ConsoleId,
        base64: toBase64(input.bytes),
      }),
    );
    if (sent) setText('');
  };
  return (
    <form className={classes.send} onSubmit={(event) => void send(event)}>
      <input
        aria-label="Bytes to send"
        aria-invalid={!input.ok}
        aria-describedby={errorId}
        placeholder={'1b 5b 41   0x0d   "reset\\r"'}
        value={text}
        spellCheck={false}
        onChange={(event) => setText(event.currentTarget.value)}
        data-testid="hex-send"
      />
      <span className={`${classes.count} tabular`}>{length === 0 ? '' : countOf(length, 'byte')}</span>
      <button type="submit" className="button" aria-disabled={!ready}>
        <Send size={13} aria-hidden />
        {pending ? 'Sending…' : 'Send'}
      </button>
      <p className={classes.wrong} id={errorId} role="status">
        {input.ok ? '' : input.reason}
      </p>
      <ProblemLine problem={problem} onDismiss={() => actions.dismiss(place)} />
    </form>
  );
}
