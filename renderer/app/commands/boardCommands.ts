import {
  BadgeCheck,
  CircuitBoard,
  Gauge,
  Lightbulb,
  LightbulbOff,
  LocateFixed,
  Power,
  PowerOff,
  RotateCw,
  Settings2,
  SlidersHorizontal,
  Trash2,
  Zap,
} from 'lucide-react';
import type { Board } from '../../../main/contract/index.ts';
import { compareNames, shownName } from '../../features/boards/groupBoards.ts';
import type { Lab } from '../lab.ts';
import { selectedBoard } from '../selection.ts';
import type { Command } from './command.ts';
import { keys } from './keys.ts';

/** For each board what can be done to it; those for the selected one carry the shortcuts. */
export function boardCommands(lab: Lab): Command[] {
  const bench = lab.bench.getState();
  const selected = selectedBoard(bench, lab.view.store.getState());
  const boards = [...(bench.boards ?? [])].sort((a, b) => compareNames(shownName(a), shownName(b)));
  return [
    // First what does no harm: Enter in a palette just opened runs the first.
    ...boards.map((board) => selectCommand(lab, board)),
    ...(selected === null ? [] : [...selectedCommands(lab, selected), ...outletCommands(lab, selected)]),
    ...manyCommands(lab),
    ...boards.flatMap((board) => switchCommands(lab, board)),
  ];
}

function selectedCommands(lab: Lab, board: Board): Command[] {
  const group = shownName(board);
  const blocked = noOutlet(lab, board);
  const reading = lab.bench.getState().power[board.boardId];
  return [
    {
      id: 'power.toggle',
      title: 'Toggle power',
      group,
      icon: Power,
      shortcut: keys['power.toggle'],
      first: true,
      blocked,
      run: () => lab.power.toggle(board.boardId),
    },
    {
      id: 'power.cycle',
      title: 'Power cycle',
      group,
      icon: RotateCw,
      keywords: 'reset reboot restart',
      shortcut: keys['power.cycle'],
      first: true,
      blocked,
      run: () => lab.power.cycle(board.boardId),
    },
    ...board.ledNames.map((name, index): Command => {
      const lit = reading?.leds[index] === true;
      return {
        id: `led.toggle.${index + 1}`,
        title: `${lit ? 'Dim' : 'Light'} ${name || `LED ${index + 1}`}`,
        group,
        icon: lit ? LightbulbOff : Lightbulb,
        keywords: 'led lamp toggle',
        first: true,
        blocked,
        run: () => lab.power.setLed(board.boardId, index + 1, !lit),
      };
    }),
    {
      id: 'board.connections',
      title: 'Edit connections',
      group,
      icon: Settings2,
      keywords: 'port baud bind cable console outlet power',
      run: () => lab.view.show({ kind: 'connections', boardId: board.boardId }),
    },
    {
      id: 'board.remove',
      title: 'Remove this board',
      group,
      icon: Trash2,
      keywords: 'delete forget',
      run: () => lab.view.show({ kind: 'remove-board', boardId: board.boardId }),
    },
  ];
}

/** What concerns the outlet of the selected board: its lights, its truth, its policy. */
function outletCommands(lab: Lab, board: Board): Command[] {
  const group = shownName(board);
  const blocked = noOutlet(lab, board);
  const { boardId } = board;
  return [
    {
      id: 'board.find',
      title: 'Find this board',
      group,
      icon: LocateFixed,
      keywords: 'blink led light where',
      first: true,
      blocked,
      run: () => lab.power.find(boardId),
    },
    {
      id: 'power.test',
      title: 'Test the outlet…',
      group,
      icon: BadgeCheck,
      keywords: 'power truth verdict lies real',
      blocked,
      run: () => lab.view.show({ kind: 'power-test', boardId }),
    },
    {
      id: 'power.policy',
      title: 'Power policy…',
      group,
      icon: SlidersHorizontal,
      keywords: 'idle off quit reboot cycle nameplate watts',
      run: () => lab.view.show({ kind: 'power-policy', boardId }),
    },
    {
      id: 'power.energy',
      title: 'Energy over time…',
      group,
      icon: Gauge,
      keywords: 'watts plot consumption saved',
      run: () => lab.view.show({ kind: 'energy', boardId }),
    },
    {
      id: 'leds.language',
      title: 'LED language…',
      group,
      icon: Zap,
      keywords: 'lights states rules patterns',
      run: () => lab.view.show({ kind: 'led-language', boardId }),
    },
  ];
}

function manyCommands(lab: Lab): Command[] {
  const common = { group: 'Power', keywords: 'many boards together staggered' };
  const show = (state: 'on' | 'off') => lab.view.show({ kind: 'power-many', state });
  return [
    { ...common, id: 'power.many.on', title: 'All boards on…', icon: Power, run: () => show('on') },
    { ...common, id: 'power.many.off', title: 'All boards off…', icon: PowerOff, run: () => show('off') },
  ];
}

function selectCommand(lab: Lab, board: Board): Command {
  return {
    id: `board.select:${board.boardId}`,
    title: `Go to ${shownName(board)}`,
    group: 'Boards',
    icon: CircuitBoard,
    keywords: `${board.name} select open switch`,
    first: true,
    run: () => lab.view.typeTo(board.boardId),
  };
}

function switchCommands(lab: Lab, board: Board): Command[] {
  const blocked = noOutlet(lab, board);
  const name = shownName(board);
  const common = { group: 'Power', keywords: board.name, blocked };
  return [
    {
      ...common,
      id: `board.power.on:${board.boardId}`,
      title: `Switch ${name} on`,
      icon: Power,
      run: () => lab.power.set(board.boardId, 'on'),
    },
    {
      ...common,
      id: `board.power.off:${board.boardId}`,
      title: `Switch ${name} off`,
      icon: PowerOff,
      run: () => lab.power.set(board.boardId, 'off'),
    },
    {
      ...common,
      id: `board.power.cycle:${board.boardId}`,
      title: `Power cycle ${name}`,
      icon: RotateCw,
      run: () => lab.power.cycle(board.boardId),
    },
  ];
}

function noOutlet(lab: Lab, board: Board): string | undefined {
  const reading = lab.bench.getState().power[board.boardId];
  return reading?.switchable === false ? 'no power outlet bound' : undefined;
}
