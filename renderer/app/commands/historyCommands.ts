import {
  ArrowLeftRight,
  Binary,
  Bookmark,
  Clock,
  Download,
  History,
  ListChecks,
  Radio,
  SearchCode,
} from 'lucide-react';
import type { TimesMode } from '../../features/history/historyControl.ts';
import { saveExport } from '../../features/history/saveExport.ts';
import type { Lab } from '../lab.ts';
import { selectedConsoleId } from '../selection.ts';
import type { Command } from './command.ts';
import { keys } from './keys.ts';

const timesTitles: Readonly<Record<TimesMode, string>> = {
  off: 'No times in the margin',
  host: 'Times in the margin: clock',
  delta: 'Times in the margin: since the line before',
  'power-on': 'Times in the margin: since the boot began',
};

/** What was printed before, by the console in front; and what is still under way. */
export function historyCommands(lab: Lab): Command[] {
  const tasks: Command = {
    id: 'view.tasks',
    title: 'Tasks',
    group: 'Go to',
    icon: ListChecks,
    keywords: 'running progress work',
    run: () => lab.view.go({ page: 'tasks' }),
  };
  const consoleId = selectedConsoleId(lab.bench.getState(), lab.view.store.getState());
  return consoleId === null
    ? [tasks]
    : [tasks, ...lookCommands(lab, consoleId), ...keepCommands(lab, consoleId)];
}

function lookCommands(lab: Lab, consoleId: string): Command[] {
  const { history } = lab;
  const { hex, places } = history.store.getState();
  const group = 'History';
  return [
    {
      id: 'history.toggle',
      title: 'Boots and history',
      group,
      icon: History,
      keywords: 'panel stages timeline',
      shortcut: keys['history.toggle'],
      first: true,
      run: () => history.toggleDock(),
    },
    {
      id: 'history.search',
      title: 'Search all it ever printed',
      group,
      icon: SearchCode,
      keywords: 'find regex recording',
      shortcut: keys['history.search'],
      first: true,
      run: () => history.show('search'),
    },
    {
      id: 'history.compare',
      title: 'Compare with the last good boot',
      group,
      icon: ArrowLeftRight,
      keywords: 'diff changed difference',
      shortcut: keys['history.compare'],
      first: true,
      run: () => history.compare(consoleId),
    },
    {
      id: 'history.live',
      title: 'Back to live',
      group,
      icon: Radio,
      blocked: consoleId in places ? undefined : 'this is live',
      run: () => history.backToLive(consoleId),
    },
    {
      id: 'history.hex',
      title: consoleId in hex ? 'Show as text' : 'Show as hex',
      group,
      icon: Binary,
      keywords: 'bytes dump',
      shortcut: keys['history.hex'],
      run: () => history.toggleHex(consoleId),
    },
    ...(['host', 'delta', 'power-on', 'off'] as const).map(
      (mode): Command => ({
        id: `history.times.${mode}`,
        title: timesTitles[mode],
        group,
        icon: Clock,
        keywords: 'timestamps gutter',
        run: () => history.setTimes(mode),
      }),
    ),
  ];
}

function keepCommands(lab: Lab, consoleId: string): Command[] {
  const group = 'History';
  return [
    {
      id: 'history.mark',
      title: 'Put a mark…',
      group,
      icon: Bookmark,
      keywords: 'note label recording',
      shortcut: keys['history.mark'],
      run: () => lab.view.show({ kind: 'mark', consoleId }),
    },
    ...(['raw', 'text', 'asciicast'] as const).map(
      (format): Command => ({
        id: `history.export.${format}`,
        title: `Export everything as ${format === 'raw' ? 'raw bytes' : format}`,
        group,
        icon: Download,
        keywords: 'save download recording log',
        run: () => saveExport(lab, { consoleId, format }),
      }),
    ),
  ];
}
