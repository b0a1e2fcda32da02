import { keys, wallKeys } from '../../app/commands/keys.ts';
import { Pane } from './Pane.tsx';
import classes from './SettingsPage.module.css';

const shown: readonly (readonly [string, string])[] = [
  ['Commands', keys['view.palette']],
  ['Settings', keys['app.settings']],
  ['Board list', keys['view.boards']],
  ['Instances', keys['view.instances']],
  ['Next board', keys['board.next']],
  ['Previous board', keys['board.previous']],
  ['Inspector', keys['view.inspector']],
  ['Toggle power', keys['power.toggle']],
  ['Power cycle', keys['power.cycle']],
  ['Type in the terminal', keys['terminal.focus']],
  ['Find in the terminal', keys['terminal.search']],
  ['Copy', keys['terminal.copy']],
  ['Boots and history', keys['history.toggle']],
  ['Search all it ever printed', keys['history.search']],
  ['Compare with the last good boot', keys['history.compare']],
  ['Put a mark', keys['history.mark']],
  ['Show as hex, or as text', keys['history.hex']],
  // The browser's own, and therefore no command of ours.
  ['Paste', 'Ctrl+Shift+V'],
  ['Consoles: one alone, or all', wallKeys.maximise],
  ['Consoles: type to many, or stop', keys['wall.typeToMany']],
  ['Consoles: next', wallKeys.next],
  ['Consoles: previous', wallKeys.previous],
  ['Consoles: move left', keys['wall.moveLeft']],
  ['Consoles: move right', keys['wall.moveRight']],
  ['Larger terminal font', keys['view.fontLarger']],
  ['Smaller terminal font', keys['view.fontSmaller']],
];

export function KeyboardPane() {
  return (
    <Pane title="Keyboard">
      <p className={classes.hint}>
        A terminal that has the focus gets every key but Ctrl+Shift with another. {keys['view.boards']} leaves
        it.
      </p>
      <dl className={classes.keys}>
        {shown.map(([title, shortcut]) => (
          <div key={title}>
            <dt>{title}</dt>
            <dd>
              <kbd>{shortcut}</kbd>
            </dd>
          </div>
        ))}
      </dl>
    </Pane>
  );
}
