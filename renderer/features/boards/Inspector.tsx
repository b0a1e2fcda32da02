import '../../ui/widgets.css';
import { X } from 'lucide-react';
import type { Board, BoardPatch } from '../../../main/contract/index.ts';
import { keys } from '../../app/commands/keys.ts';
import { useLab } from '../../app/labContext.tsx';
import { IconButton } from '../../ui/IconButton.tsx';
import { InlineField } from '../../ui/InlineField.tsx';
import { RetentionSection } from '../history/RetentionSection.tsx';
import { MacrosSection } from '../rules/MacrosSection.tsx';
import { RulesSection } from '../rules/RulesSection.tsx';
import classes from './Inspector.module.css';
import { BoundPorts } from './InspectorPorts.tsx';
import { InspectorSection } from './InspectorSection.tsx';

/** All about one board that is not its console: names, notes, what it is bound to. */
export function Inspector({ board }: { board: Board }) {
  const { view, boards } = useLab();
  const update = (patch: BoardPatch) => boards.update(board.boardId, patch);
  return (
    <aside className={classes.inspector} aria-label="Inspector">
      <header className={classes.head}>
        <h2>Inspector</h2>
        <IconButton
          label="Close the inspector"
          shortcut={keys['view.inspector']}
          onClick={() => view.toggleInspector()}
        >
          <X size={16} aria-hidden />
        </IconButton>
      </header>
      <InspectorSection title="Board">
        <InlineField
          label="Display name"
          value={board.displayName}
          placeholder={board.name}
          save={(displayName) => update({ displayName })}
        />
        <InlineField
          label="Name"
          value={board.name}
          mono
          save={async (name) => {
            // The name is the id: what shows the board has to follow it.
            const renamed = await update({ name: name as Board['name'] });
            view.selectBoard(renamed.boardId);
          }}
        />
        <InlineField
          label="Notes"
          value={board.notes}
          placeholder="Where it stands, what is odd about it…"
          multiline
          save={(notes) => update({ notes })}
        />
      </InspectorSection>
      <BoundPorts board={board} />
      <MacrosSection board={board} />
      <RulesSection board={board} />
      <InspectorSection title="LEDs">
        <div className={classes.leds}>
          {board.ledNames.map((name, index) => (
            <InlineField
              // biome-ignore lint/suspicious/noArrayIndexKey: the three places never move
              key={index}
              label={`LED ${index + 1}`}
              value={name}
              save={(text) => update({ ledNames: renamedLed(board, index, text) })}
            />
          ))}
        </div>
      </InspectorSection>
      <RetentionSection board={board} />
      <InspectorSection title="Remove">
        <p className={classes.hint}>Labdeck forgets the board. Its recordings stay on disk.</p>
        <button
          type="button"
          className={`button ${classes.remove}`}
          onClick={() => view.show({ kind: 'remove-board', boardId: board.boardId })}
          data-testid="remove-board"
        >
          Remove board…
        </button>
      </InspectorSection>
    </aside>
  );
}

function renamedLed(board: Board, at: number, text: string): Board['ledNames'] {
  const [first, second, third] = board.ledNames.map((name, index) => (index === at ? text : name));
  return [first ?? '', second ?? '', third ?? ''];
}
