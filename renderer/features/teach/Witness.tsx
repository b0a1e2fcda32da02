import { Switch } from '@mantine/core';

interface Props {
  readonly value: boolean;
  /** The adapter of its console is plugged in there. */
  readonly holdsAdapter: boolean;
  readonly onChange: (witness: boolean) => void;
}

/** A hub port that does not switch the board can still tell whether it has power. */
export function Witness({ value, holdsAdapter, onChange }: Props) {
  return (
    <Switch
      label="The hub port is a witness of its power"
      description={
        holdsAdapter
          ? 'Its own adapter is plugged in there, which this computer feeds: that alone tells nothing'
          : 'What the board shows there comes and goes with its power, whatever switches it'
      }
      checked={value}
      onChange={(event) => onChange(event.currentTarget.checked)}
      data-testid="teach-witness"
    />
  );
}
