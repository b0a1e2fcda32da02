import {
  ArrowLeft,
  ArrowRight,
  ChevronDown,
  ChevronUp,
  Copy,
  Keyboard,
  LayoutGrid,
  Maximize2,
} from 'lucide-react';
import { typeToAll } from '../../features/wall/typeToMany.ts';
import type { Lab } from '../lab.ts';
import type { Command } from './command.ts';
import { keys, wallKeys } from './keys.ts';

const group = 'Consoles';

/** What concerns the wall while it is shown; saved layouts can be called from anywhere. */
export function wallCommands(lab: Lab): Command[] {
  const shown = lab.view.store.getState().route.page === 'wall';
  return [...(shown ? arrangeCommands(lab) : []), ...layoutCommands(lab)];
}

function arrangeCommands(lab: Lab): Command[] {
  const { wall, terminals } = lab;
  const { layout, focused, maximised, typingTo } = wall.store.getState();
  const tile = focused ?? layout.tiles[0] ?? null;
  const blocked = tile === null ? 'no console on the wall' : undefined;
  const focus = (consoleId: string | null | undefined) => {
    if (consoleId == null) return;
    wall.focus(consoleId);
    // After the tile stands where it belongs: one that moves loses the focus on the way.
    requestAnimationFrame(() => terminals.peek(consoleId)?.focus());
  };
  const go = (by: 1 | -1) => {
    const next = layout.tiles.at((layout.tiles.indexOf(tile ?? '') + by) % layout.tiles.length);
    if (maximised !== null && next !== undefined) wall.toggleMaximised(next);
    focus(next);
  };
  const act = (run: (tile: string) => void) => () => {
    if (tile === null) return;
    run(tile);
    focus(tile);
  };
  return [
    {
      id: 'wall.maximise',
      title: maximised === null ? 'This console alone' : 'Show all consoles',
      group,
      icon: Maximize2,
      keywords: 'maximise zoom full tile',
      shortcut: wallKeys.maximise,
      first: true,
      blocked,
      run: act((each) => wall.toggleMaximised(maximised ?? each)),
    },
    {
      id: 'wall.typeToMany',
      title: typingTo === null ? 'Type to many consoles' : 'Stop typing to many',
      group,
      icon: Keyboard,
      keywords: 'synchronized input broadcast',
      shortcut: keys['wall.typeToMany'],
      first: true,
      blocked: layout.tiles.length < 2 && typingTo === null ? 'needs two consoles' : undefined,
      run: () => typeToAll(lab, typingTo === null),
    },
    {
      id: 'wall.next',
      title: 'Next console',
      group,
      icon: ChevronDown,
      shortcut: wallKeys.next,
      blocked,
      run: () => go(1),
    },
    {
      id: 'wall.previous',
      title: 'Previous console',
      group,
      icon: ChevronUp,
      shortcut: wallKeys.previous,
      blocked,
      run: () => go(-1),
    },
    {
      id: 'wall.moveLeft',
      title: 'Move this console left',
      group,
      icon: ArrowLeft,
      keywords: 'arrange order',
      shortcut: keys['wall.moveLeft'],
      blocked,
      run: act((each) => wall.step(each, -1)),
    },
    {
      id: 'wall.moveRight',
      title: 'Move this console right',
      group,
      icon: ArrowRight,
      keywords: 'arrange order',
      shortcut: keys['wall.moveRight'],
      blocked,
      run: act((each) => wall.step(each, 1)),
    },
    {
      id: 'terminal.copy',
      title: 'Copy selection',
      group,
      icon: Copy,
      shortcut: keys['terminal.copy'],
      blocked,
      run: () => (tile === null ? undefined : terminals.peek(tile)?.copySelection()),
    },
  ];
}

function layoutCommands(lab: Lab): Command[] {
  return (lab.bench.getState().settings?.walls ?? []).map((layout) => ({
    id: `wall.show:${layout.name}`,
    title: `Show layout ${layout.name}`,
    group,
    icon: LayoutGrid,
    keywords: 'wall tiles',
    run: () => {
      lab.wall.show(layout);
      lab.view.go({ page: 'wall' });
    },
  }));
}
