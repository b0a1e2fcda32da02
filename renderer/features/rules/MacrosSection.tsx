import type { Board } from '../../../main/contract/index.ts';
import { useLab } from '../../app/labContext.tsx';
import inspectorClasses from '../boards/Inspector.module.css';
import { InspectorSection } from '../boards/InspectorSection.tsx';
import classes from './RulesSection.module.css';
import { escapeText } from './ruleWords.ts';

/** A board's macros: their buttons stand above its terminals. */
export function MacrosSection({ board }: { board: Board }) {
  const { view } = useLab();
  const edit = (macro: string | null) => view.show({ kind: 'edit-macro', boardId: board.boardId, macro });
  return (
    <InspectorSection title="Macros">
      {board.macros.length === 0 ? (
        <p className={inspectorClasses.hint}>A macro is a text at the push of a button above the terminal.</p>
      ) : (
        <ul className={classes.list} aria-label="Macros">
          {board.macros.map((macro) => (
            <li key={macro.name} className={classes.row}>
              <button
                type="button"
                className={classes.name}
                onClick={() => edit(macro.name)}
                title={`Edit ${macro.name}`}
              >
                {macro.name}
              </button>
              <p className={classes.does}>
                <code>{escapeText(macro.text)}</code>
              </p>
            </li>
          ))}
        </ul>
      )}
      <button type="button" className="button" onClick={() => edit(null)} data-testid="add-macro">
        Add macro…
      </button>
    </InspectorSection>
  );
}
