import { Copy, Eraser, Search, SquareTerminal, Undo2 } from 'lucide-react';
import type { TerminalSession } from '../../features/console/terminalSession.ts';
import type { Lab } from '../lab.ts';
import { selectedConsoleId } from '../selection.ts';
import type { Command } from './command.ts';
import { keys } from './keys.ts';

/** What concerns the terminal in front. Pasting is not among them: Ctrl+Shift+V is the browser's own. */
export function terminalCommands(lab: Lab): Command[] {
  const consoleId = selectedConsoleId(lab.bench.getState(), lab.view.store.getState());
  const session = consoleId === null ? null : lab.terminals.peek(consoleId);
  if (session === null) return [];
  return commandsFor(lab, session);
}

function commandsFor(lab: Lab, session: TerminalSession): Command[] {
  const group = 'Terminal';
  return [
    {
      id: 'terminal.focus',
      title: 'Type in the terminal',
      group,
      icon: SquareTerminal,
      keywords: 'focus console',
      shortcut: keys['terminal.focus'],
      run: () => session.focus(),
    },
    {
      id: 'terminal.search',
      title: 'Find in the terminal',
      group,
      icon: Search,
      keywords: 'search',
      shortcut: keys['terminal.search'],
      first: true,
      run: () => lab.view.set({ searchOpen: true }),
    },
    {
      id: 'terminal.copy',
      title: 'Copy selection',
      group,
      icon: Copy,
      shortcut: keys['terminal.copy'],
      run: () => session.copySelection(),
    },
    {
      id: 'terminal.clear',
      title: 'Clear the terminal',
      group,
      icon: Eraser,
      keywords: 'empty scrollback',
      run: () => session.clear(),
    },
    {
      id: 'terminal.reset',
      title: 'Reset terminal modes',
      group,
      icon: Undo2,
      keywords: 'garbled broken sane',
      run: () => session.reset(),
    },
  ];
}
