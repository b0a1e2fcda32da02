import '../../ui/widgets.css';
import { X } from 'lucide-react';
import type { Board, BoardPatch } from '../../../main/contract/index.ts';
import { keys } from '../../app/commands/keys.ts';
import { useLab } from '../../app/labContext.tsx';
import { IconButton } from '../../ui/IconButton.tsx';
import { InlineField } from '../../ui/InlineField.tsx';
import { EnergySection } from '../energy/EnergySection.tsx';
import { RetentionSection } from '../history/RetentionSection.tsx';
import { LedsSection } from '../power/leds/LedsSection.tsx';
import { PowerSection } from '../power/PowerSection.tsx';
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
      <PowerSection board={board} />
      <EnergySection board={board} />
      <MacrosSection board={board} />
      <RulesSection board={board} />
      <LedsSection board={board} />
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
