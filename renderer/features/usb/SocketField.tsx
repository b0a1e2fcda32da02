import { Select } from '@mantine/core';
import { useBench } from '../../app/labContext.tsx';
import classes from '../boards/BoardForm.module.css';
import { useUsbTree } from '../power/binding/useUsbTree.ts';
import { socketCaution, socketChoices } from './socketChoices.ts';

interface Props {
  /** null: it is plugged into none, or nobody said which. */
  readonly value: string | null;
  readonly onChange: (socketId: string | null) => void;
  readonly error: string | null;
  /** That this very socket switches the board. */
  readonly switches: boolean;
  readonly boardId: string | undefined;
}

const none = 'none';

/** The socket the board's own USB plug is in, by the names people gave their hubs. */
export function SocketField({ value, onChange, error, switches, boardId }: Props) {
  const tree = useUsbTree();
  const ports = useBench((state) => state.ports);
  const choices = tree === null ? [] : socketChoices(tree, boardId);
  const listed = value === null || choices.some(({ items }) => items.some((each) => each.value === value));
  const caution =
    tree === null || value === null || switches ? null : socketCaution(tree, ports ?? [], value, boardId);
  return (
    <fieldset className={classes.group}>
      <legend>USB</legend>
      <Select
        label="The board itself is plugged into"
        description="Its own USB device comes and goes with its power: a witness, whatever switches it"
        data={[
          { value: none, label: 'None, or not known' },
          ...(listed
            ? []
            : [
                {
                  group: tree === null ? 'As it is' : 'Not there now',
                  items: [{ value, label: value }],
                },
              ]),
          ...choices,
        ]}
        value={value ?? none}
        onChange={(choice) => onChange(choice === null || choice === none ? null : choice)}
        error={error}
        allowDeselect={false}
        searchable
        maxDropdownHeight={320}
        data-testid="usb-socket"
      />
      {caution === null ? null : <p className={classes.caution}>{caution}</p>}
      {switches ? <p className={classes.hint}>The port that switches the board, too.</p> : null}
    </fieldset>
  );
}
