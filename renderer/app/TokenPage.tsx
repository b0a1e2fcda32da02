import '../ui/widgets.css';
import { Button, TextInput } from '@mantine/core';
import { type FormEvent, useState } from 'react';
import { startSession, tokenInFragment } from '../lib/lab/session.ts';
import { useLab } from './labContext.tsx';
import classes from './TokenPage.module.css';

/** A browser without a session: asks for the token the host printed. */
export function TokenPage() {
  const { connection } = useLab();
  const [text, setText] = useState('');
  const [problem, setProblem] = useState<string | null>(null);
  const [busy, setBusy] = useState(false);

  async function submit(event: FormEvent) {
    event.preventDefault();
    setBusy(true);
    setProblem(null);
    const accepted = await startSession(tokenFrom(text)).catch(() => null);
    setBusy(false);
    if (accepted === true) connection.retryNow();
    else if (accepted === false)
      setProblem('That token was not accepted. Copy the whole of it and try again.');
    else setProblem('Labdeck does not answer at this address. Is it still running?');
  }

  return (
    <main className={classes.page}>
      <form className={classes.card} onSubmit={(event) => void submit(event)} data-testid="token-page">
        <img src="./icon.svg" alt="" width={40} height={40} />
        <h1>Open your bench</h1>
        <p>
          Labdeck lets in only browsers that bring its access token. Paste the token, or the whole address,
          that it printed when it started.
        </p>
        <TextInput
          label="Access token"
          value={text}
          onChange={(event) => setText(event.currentTarget.value)}
          error={problem}
          autoComplete="off"
          spellCheck={false}
          data-autofocus
        />
        <Button type="submit" fullWidth loading={busy} disabled={text.trim() === ''}>
          Open
        </Button>
        <p className={classes.aside}>
          Lost it? Stop Labdeck and run <code>npm start -- --headless</code> again: it prints a new address.
        </p>
      </form>
    </main>
  );
}

/** Either the token itself or an address that carries it. */
function tokenFrom(text: string): string {
  const trimmed = text.trim();
  const hash = trimmed.indexOf('#');
  return (hash < 0 ? null : tokenInFragment(trimmed.slice(hash))) ?? trimmed;
}
