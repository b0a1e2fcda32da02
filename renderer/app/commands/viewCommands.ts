import {
  AArrowDown,
  AArrowUp,
  Cable,
  ChevronDown,
  ChevronUp,
  CircuitBoard,
  Cpu,
  LayoutDashboard,
  List,
  MonitorCog,
  Moon,
  PanelRight,
  PictureInPicture2,
  Plus,
  RefreshCw,
  Search,
  Settings,
  SquareTerminal,
  Stethoscope,
  Sun,
  Unplug,
  Usb,
} from 'lucide-react';
import type { Board } from '../../../main/contract/index.ts';
import { addPlace, addVirtualAndSelect } from '../../features/boards/addVirtual.ts';
import { focusBoardList } from '../focus.ts';
import type { Lab } from '../lab.ts';
import { neighbourBoard } from '../selection.ts';
import type { Command } from './command.ts';
import { keys } from './keys.ts';

/** What concerns the window as a whole. */
export function viewCommands(lab: Lab): Command[] {
  return [...goCommands(lab), ...addCommands(lab), ...lookCommands(lab)];
}

function goCommands(lab: Lab): Command[] {
  const { bench, view } = lab;
  const go = (board: Board | null) => {
    if (board !== null) view.typeTo(board.boardId);
  };
  const step = (by: 1 | -1) => go(neighbourBoard(bench.getState(), view.store.getState(), by));
  const group = 'Go to';
  return [
    {
      id: 'view.palette',
      title: 'Commands',
      group,
      icon: Search,
      shortcut: keys['view.palette'],
      run: () => view.openPalette(),
    },
    {
      id: 'view.bench',
      title: 'Bench',
      group,
      icon: LayoutDashboard,
      run: () => view.go({ page: 'bench', boardId: null }),
    },
    {
      id: 'view.wall',
      title: 'Consoles',
      group,
      icon: SquareTerminal,
      keywords: 'wall tiles many',
      first: true,
      run: () => view.go({ page: 'wall' }),
    },
    {
      id: 'view.ports',
      title: 'Serial ports',
      group,
      icon: Cable,
      keywords: 'tty usb acm',
      first: true,
      run: () => view.go({ page: 'ports' }),
    },
    {
      id: 'view.usb',
      title: 'USB hubs',
      group,
      icon: Usb,
      keywords: 'sockets ports tree name hub',
      first: true,
      run: () => view.go({ page: 'usb' }),
    },
    {
      id: 'view.doctor',
      title: 'Doctor',
      group,
      icon: Stethoscope,
      keywords: 'check health diagnose fix permission udev modemmanager',
      first: true,
      run: () => view.go({ page: 'doctor' }),
    },
    {
      id: 'app.settings',
      title: 'Settings',
      group,
      icon: Settings,
      keywords: 'preferences options about',
      shortcut: keys['app.settings'],
      first: true,
      run: () => view.go({ page: 'settings' }),
    },
    {
      id: 'view.boards',
      title: 'Board list',
      group,
      icon: List,
      keywords: 'leave terminal',
      shortcut: keys['view.boards'],
      run: () => focusBoardList(view),
    },
    // On the wall the same keys go from console to console.
    ...(view.store.getState().route.page === 'wall' ? [] : stepCommands(step)),
  ];
}

function stepCommands(step: (by: 1 | -1) => void): Command[] {
  const group = 'Go to';
  return [
    {
      id: 'board.next',
      title: 'Next board',
      group,
      icon: ChevronDown,
      shortcut: keys['board.next'],
      run: () => step(1),
    },
    {
      id: 'board.previous',
      title: 'Previous board',
      group,
      icon: ChevronUp,
      shortcut: keys['board.previous'],
      run: () => step(-1),
    },
  ];
}

function addCommands(lab: Lab): Command[] {
  const qemu = lab.bench.getState().about?.virtual.qemu;
  const group = 'Add';
  return [
    {
      id: 'board.add',
      title: 'Add board from a serial port…',
      group,
      icon: Plus,
      keywords: 'new usb tty',
      first: true,
      run: () => lab.view.show({ kind: 'add-board', portId: null }),
    },
    {
      id: 'board.teach',
      title: 'Teach a board by pulling its cables…',
      group,
      icon: Unplug,
      keywords: 'new add unplug learn find identity usb',
      first: true,
      run: () => lab.view.show({ kind: 'teach' }),
    },
    {
      id: 'board.add.sim',
      title: 'Add virtual board (sim)',
      group,
      icon: CircuitBoard,
      keywords: 'new simulated',
      first: true,
      run: () => lab.actions.run(addPlace, 'sim', () => addVirtualAndSelect(lab, 'sim')),
    },
    {
      id: 'board.add.qemu',
      title: 'Add virtual U-Boot (QEMU)',
      group,
      icon: Cpu,
      keywords: 'new emulated',
      first: true,
      blocked: qemu?.available === false ? qemu.reason : undefined,
      run: () => lab.actions.run(addPlace, 'qemu', () => addVirtualAndSelect(lab, 'qemu')),
    },
  ];
}

function lookCommands(lab: Lab): Command[] {
  const group = 'Window';
  const theme = (id: 'system' | 'light' | 'dark', icon: Command['icon']): Command => ({
    id: `view.theme.${id}`,
    title: `Theme: ${id}`,
    group,
    icon,
    keywords: 'color scheme appearance mode',
    run: () => lab.settings.change({ theme: id }),
  });
  return [
    theme('dark', Moon),
    theme('light', Sun),
    theme('system', MonitorCog),
    {
      id: 'view.fontLarger',
      title: 'Larger terminal font',
      group,
      icon: AArrowUp,
      keywords: 'bigger size zoom',
      shortcut: keys['view.fontLarger'],
      run: () => lab.settings.stepFont(1),
    },
    {
      id: 'view.fontSmaller',
      title: 'Smaller terminal font',
      group,
      icon: AArrowDown,
      keywords: 'size zoom',
      shortcut: keys['view.fontSmaller'],
      run: () => lab.settings.stepFont(-1),
    },
    {
      id: 'view.inspector',
      title: 'Toggle inspector',
      group,
      icon: PanelRight,
      keywords: 'details panel',
      shortcut: keys['view.inspector'],
      first: true,
      run: () => lab.view.toggleInspector(),
    },
    {
      id: 'window.new',
      title: 'New window',
      group,
      icon: PictureInPicture2,
      run: openWindow,
    },
    {
      id: 'window.reload',
      title: 'Reload window',
      group,
      icon: RefreshCw,
      run: () => window.location.reload(),
    },
  ];
}

function openWindow(): void {
  if (window.labdeckShell === undefined) window.open(window.location.href, '_blank', 'noopener');
  else window.labdeckShell.openWindow();
}
