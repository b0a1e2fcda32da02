import '../../ui/widgets.css';
import { Menu } from '@mantine/core';
import { ChevronDown } from 'lucide-react';
import type { Macro } from '../../../main/contract/index.ts';
import classes from './ConsoleBar.module.css';

interface Props {
  readonly macros: readonly Macro[];
  /** None of them has a button. */
  readonly all: boolean;
  readonly run: (macro: Macro) => void;
}

/** The macros there was no room for. */
export function MacroMenu({ macros, all, run }: Props) {
  return (
    <Menu
      position="bottom-start"
      shadow="md"
      transitionProps={{ duration: 80 }}
      withinPortal
      withInitialFocusPlaceholder={false}
    >
      <Menu.Target>
        <button type="button" className={`button ${classes.macro}`}>
          {all ? 'Macros' : 'More'}
          <ChevronDown size={13} aria-hidden />
        </button>
      </Menu.Target>
      <Menu.Dropdown mah={320} style={{ overflowY: 'auto' }}>
        {macros.map((macro) => (
          <Menu.Item key={macro.name} onClick={() => run(macro)}>
            {macro.name}
          </Menu.Item>
        ))}
      </Menu.Dropdown>
    </Menu>
  );
}
