import { Bug, CircuitBoard, type LucideIcon, RadioTower, SquareTerminal, Zap } from 'lucide-react';
import type { PortLooks } from '../../../main/contract/index.ts';
import classes from './LooksChip.module.css';

/** What it looks like by its vendor and product number: a shape and a word. */
export function LooksChip({ looks }: { looks: PortLooks }) {
  const { Icon, word } = kinds[looks.kind];
  return (
    <span className={classes.chip} title={`${looks.name}, by its vendor and product number`}>
      <Icon size={12} strokeWidth={1.9} aria-hidden />
      {word}
    </span>
  );
}

const kinds: Readonly<Record<PortLooks['kind'], { readonly Icon: LucideIcon; readonly word: string }>> = {
  console: { Icon: SquareTerminal, word: 'console' },
  'power-cable': { Icon: Zap, word: 'power cable' },
  debugger: { Icon: Bug, word: 'debugger' },
  board: { Icon: CircuitBoard, word: 'board' },
  modem: { Icon: RadioTower, word: 'modem' },
};
