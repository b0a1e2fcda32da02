import { PasswordInput } from '@mantine/core';

interface Props {
  readonly label: string;
  /** null: the one that is kept stays. */
  readonly value: string | null;
  readonly onChange: (secret: string | null) => void;
}

/** Write-only: kept among Labdeck's secrets and never told again. */
export function SecretField({ label, value, onChange }: Props) {
  return (
    <PasswordInput
      label={label}
      description="Kept among Labdeck’s secrets, never shown again. Empty: as it is"
      placeholder="unchanged"
      value={value ?? ''}
      maxLength={4096}
      onChange={(event) => onChange(event.currentTarget.value === '' ? null : event.currentTarget.value)}
      autoComplete="new-password"
      visibilityToggleButtonProps={{ 'aria-label': 'Show what is typed' }}
      data-testid="outlet-secret"
    />
  );
}
