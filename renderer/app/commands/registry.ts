import type { Lab } from '../lab.ts';
import { boardCommands } from './boardCommands.ts';
import type { Command } from './command.ts';
import { consoleCommands } from './consoleCommands.ts';
import { historyCommands } from './historyCommands.ts';
import { instanceCommands } from './instanceCommands.ts';
import { matchesShortcut, worksInTerminal } from './shortcuts.ts';
import { terminalCommands } from './terminalCommands.ts';
import { viewCommands } from './viewCommands.ts';
import { wallCommands } from './wallCommands.ts';

/** All that can be done now. Cheap enough to ask for at every key press with Ctrl. */
export function listCommands(lab: Lab): Command[] {
  return [
    ...boardCommands(lab),
    ...terminalCommands(lab),
    ...historyCommands(lab),
    ...wallCommands(lab),
    ...consoleCommands(lab),
    ...instanceCommands(lab),
    ...viewCommands(lab),
  ];
}

/** What failed is shown where it happened; an unknown or blocked command does nothing. */
function runCommand(lab: Lab, id: string): void {
  const command = listCommands(lab).find((each) => each.id === id);
  if (command === undefined || command.blocked !== undefined) return;
  void command.run();
}

/** Shortcuts and the native menu, for as long as the window lives. */
export function bindCommands(lab: Lab): void {
  window.addEventListener('keydown', (event) => onKeyDown(lab, event));
  window.labdeckShell?.onCommand((id) => runCommand(lab, id));
}

function onKeyDown(lab: Lab, event: KeyboardEvent): void {
  if (!event.ctrlKey || event.repeat) return;
  if (matchesShortcut(event, 'Ctrl+K') && !inTerminal(event.target)) {
    event.preventDefault();
    runCommand(lab, 'view.palette');
    return;
  }
  const command = listCommands(lab).find(
    (each) => each.shortcut !== undefined && matchesShortcut(event, each.shortcut),
  );
  if (command?.shortcut === undefined) return;
  if (inTerminal(event.target) && !worksInTerminal(command.shortcut)) return;
  event.preventDefault();
  const { dialog, paletteOpen } = lab.view.store.getState();
  // What waits for an answer is not to be acted behind.
  if (dialog === null && !paletteOpen) runCommand(lab, command.id);
}

function inTerminal(target: EventTarget | null): boolean {
  return target instanceof Element && target.closest('[data-testid="terminal"]') !== null;
}
