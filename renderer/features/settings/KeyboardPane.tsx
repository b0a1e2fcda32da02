import { listCommands } from '../../app/commands/registry.ts';
import { useLab } from '../../app/labContext.tsx';
import { Pane } from './Pane.tsx';
import classes from './SettingsPage.module.css';

/** Shortcuts that hold whatever board is shown; those of the terminal itself are named below. */
const terminalKeys = [
  ['Type in the terminal', 'Ctrl+Shift+Enter'],
  ['Find in the terminal', 'Ctrl+Shift+F'],
  ['Copy, paste', 'Ctrl+Shift+C, Ctrl+Shift+V'],
  ['Toggle power', 'Ctrl+Shift+O'],
  ['Power cycle', 'Ctrl+Shift+Y'],
] as const;

export function KeyboardPane() {
  const lab = useLab();
  const bound = listCommands(lab).flatMap((command) =>
    command.shortcut === undefined ? [] : ([[command.title, command.shortcut]] as const),
  );
  return (
    <Pane title="Keyboard">
      <p className={classes.hint}>
        A terminal that has the focus gets every key but Ctrl+Shift with another. Ctrl+Shift+L leaves it.
      </p>
      <dl className={classes.keys}>
        {[...bound, ...terminalKeys].map(([title, keys]) => (
          <div key={title}>
            <dt>{title}</dt>
            <dd>
              <kbd>{keys}</kbd>
            </dd>
          </div>
        ))}
      </dl>
    </Pane>
  );
}
