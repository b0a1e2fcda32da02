import { Button, PasswordInput } from '@mantine/core';
import classes from './SecretField.module.css';
import { keepSecret, type SecretDraft, typedSecret } from './secretDraft.ts';

interface Props {
  readonly label: string;
  readonly value: SecretDraft;
  readonly onChange: (secret: SecretDraft) => void;
  /** There may be one among the secrets, for this very server. */
  readonly mayBeKept: boolean;
}

/** Write-only: kept among Labdeck's secrets and never told again, replaced or forgotten when the form is saved. */
export function SecretField({ label, value, onChange, mayBeKept }: Props) {
  const forgotten = value.kind === 'forgotten';
  const forgets = mayBeKept && value.kind === 'forget';
  const canForget = mayBeKept && !forgotten;
  return (
    <>
      <PasswordInput
        label={label}
        description={
          canForget && !forgets
            ? 'Kept among Labdeck’s secrets, never shown again. Empty: as it is'
            : 'Kept among Labdeck’s secrets, never shown again. Empty: none'
        }
        placeholder={canForget && !forgets ? 'unchanged' : 'none'}
        value={value.kind === 'replace' ? value.secret : ''}
        maxLength={4096}
        onChange={(event) => onChange(typedSecret(event.currentTarget.value))}
        autoComplete="new-password"
        visibilityToggleButtonProps={{ 'aria-label': 'Show what is typed' }}
        inputContainer={(input) =>
          canForget ? (
            <div className={classes.line}>
              {input}
              <Button
                variant="default"
                onClick={() => onChange(forgets ? keepSecret : { kind: 'forget' })}
                aria-label={forgets ? `Keep it: ${label.toLowerCase()}` : `Forget it: ${label.toLowerCase()}`}
                data-testid="forget-secret"
              >
                {forgets ? 'Keep it' : 'Forget it'}
              </Button>
            </div>
          ) : (
            input
          )
        }
        data-testid="outlet-secret"
      />
      {/* Always there, so that what it comes to say is heard. */}
      <p role="status" className={classes.note} data-testid="secret-note">
        {forgets
          ? 'It is forgotten once you save: the outlet is then asked without one.'
          : forgotten
            ? 'Forgotten. The outlet is asked without one.'
            : ''}
      </p>
    </>
  );
}
