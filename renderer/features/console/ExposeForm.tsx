import { Button, Checkbox, TextInput } from '@mantine/core';
import { type FormEvent, useState } from 'react';
import classes from './SharingPanel.module.css';

interface Props {
  readonly readOnly: boolean;
  readonly blocked: boolean;
  readonly onCancel: () => void;
  readonly onOpen: (guard: { token: string | null; consent: boolean }) => void;
}

const shortestToken = 8;

/** Before a door is opened to everybody: a token, or the word of who opens it. */
export function ExposeForm({ readOnly, blocked, onCancel, onOpen }: Props) {
  const [token, setToken] = useState('');
  const [consent, setConsent] = useState(false);
  const tokenOk = new RegExp(`^[\\x21-\\x7e]{${shortestToken},200}$`).test(token);
  const ready = token === '' ? consent : tokenOk;
  const submit = (event: FormEvent) => {
    event.preventDefault();
    if (ready && !blocked) onOpen({ token: token === '' ? null : token, consent: token === '' });
  };
  return (
    <form className={classes.expose} onSubmit={submit}>
      <p>
        <strong>Everybody in the network could {readOnly ? 'read' : 'type to'} this board.</strong> Nothing is
        encrypted. A token keeps out who does not know it.
      </p>
      <div className={classes.token}>
        <TextInput
          label="Token"
          size="xs"
          value={token}
          onChange={(event) => setToken(event.currentTarget.value)}
          error={
            token !== '' && !tokenOk ? `At least ${shortestToken} printable characters, no spaces.` : null
          }
          spellCheck={false}
          autoComplete="off"
          classNames={{ input: 'mono' }}
          data-autofocus
        />
        <Button size="xs" variant="default" onClick={() => setToken(newToken())}>
          Make one
        </Button>
      </div>
      {token === '' ? (
        <Checkbox
          size="xs"
          label="Without a token: I trust everybody who can reach this computer"
          checked={consent}
          onChange={(event) => setConsent(event.currentTarget.checked)}
        />
      ) : null}
      <div className={classes.foot}>
        <Button size="xs" variant="default" onClick={onCancel}>
          Cancel
        </Button>
        <Button size="xs" type="submit" disabled={!ready || blocked}>
          Open to the network
        </Button>
      </div>
    </form>
  );
}

/** 96 random bits, in letters that survive being read aloud. */
function newToken(): string {
  const bytes = crypto.getRandomValues(new Uint8Array(12));
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join('');
}
