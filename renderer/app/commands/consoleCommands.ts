import { ArrowRightLeft, ClipboardPaste, FileUp, Hand, HandHelping, Play, Undo2, Zap } from 'lucide-react';
import type { Board, ConsoleInfo } from '../../../main/contract/index.ts';
import { shownName } from '../../features/boards/groupBoards.ts';
import { leaseStanding } from '../../features/console/leaseWords.ts';
import { runOrAsk } from '../../features/console/runMacro.ts';
import type { Lab } from '../lab.ts';
import { selectedConsoleId } from '../selection.ts';
import type { Command } from './command.ts';

/** What is done to the console in front, and every board's macros. */
export function consoleCommands(lab: Lab): Command[] {
  const bench = lab.bench.getState();
  const info = bench.consoles[currentConsoleId(lab) ?? ''];
  const macros = (bench.boards ?? []).flatMap((board) => macroCommands(lab, board));
  return [
    ...(info === undefined ? [] : [...leaseCommands(lab, info), ...typeCommands(lab, info)]),
    ...macros,
  ];
}

/** The one whose tab stands in front, or the tile of the wall that had the focus last. */
function currentConsoleId({ bench, view, wall }: Lab): string | null {
  const state = view.store.getState();
  if (state.route.page === 'wall') return wall.store.getState().focused;
  return selectedConsoleId(bench.getState(), state);
}

function leaseCommands(lab: Lab, { consoleId, lease }: ConsoleInfo): Command[] {
  const { leases, view, bench } = lab;
  const group = 'Console';
  const standing = leaseStanding(lease, bench.getState().me);
  const take: Command = {
    id: 'console.take',
    title: 'Take the console',
    group,
    icon: Hand,
    keywords: 'lease writer own',
    run: () => leases.take(consoleId),
  };
  const release: Command = {
    id: 'console.release',
    title: 'Release the console',
    group,
    icon: Undo2,
    keywords: 'lease give back',
    run: () => leases.release(consoleId),
  };
  if (standing === 'yours') return lease?.kind === 'taken' ? [release] : [take, release];
  if (standing !== 'theirs') return [take];
  return [
    {
      id: 'console.ask',
      title: `Ask ${lease?.holder.who ?? ''} for the console`,
      group,
      icon: HandHelping,
      keywords: 'lease',
      run: () => leases.ask(consoleId),
    },
    {
      id: 'console.takeOver',
      title: `Take the console from ${lease?.holder.who ?? ''}…`,
      group,
      icon: ArrowRightLeft,
      keywords: 'lease take over',
      run: () => view.show({ kind: 'take-over', consoleId }),
    },
  ];
}

function typeCommands(lab: Lab, { consoleId, can }: ConsoleInfo): Command[] {
  const { typing, view } = lab;
  const group = 'Console';
  return [
    {
      id: 'console.paste',
      title: 'Paste text…',
      group,
      icon: ClipboardPaste,
      keywords: 'clipboard slow',
      run: () => view.show({ kind: 'paste', consoleIds: lab.wall.together(consoleId), text: '' }),
    },
    {
      id: 'console.sendFile',
      title: 'Send a file…',
      group,
      icon: FileUp,
      keywords: 'xmodem ymodem zmodem upload',
      run: () => view.show({ kind: 'send-file', consoleId, file: null }),
    },
    {
      id: 'console.break',
      title: 'Send a break',
      group,
      icon: Zap,
      keywords: 'serial sysrq',
      blocked: can.sendBreak ? undefined : 'the line can’t do that now',
      run: () => typing.sendBreak(consoleId),
    },
  ];
}

function macroCommands(lab: Lab, board: Board): Command[] {
  return board.macros.map((macro) => ({
    id: `macro:${board.boardId}:${macro.name}`,
    title: `Run macro ${macro.name} on ${shownName(board)}`,
    group: 'Macros',
    icon: Play,
    keywords: board.name,
    run: () => runOrAsk(lab, board, macro),
  }));
}
