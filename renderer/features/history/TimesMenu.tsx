import '../../ui/widgets.css';
import { Menu } from '@mantine/core';
import { Check, Clock } from 'lucide-react';
import { useStore } from 'zustand';
import { useLab } from '../../app/labContext.tsx';
import type { TimesMode } from './historyControl.ts';
import { MenuButton } from './MenuButton.tsx';
import classes from './Menus.module.css';

const choices: readonly { readonly mode: TimesMode; readonly label: string; readonly about: string }[] = [
  { mode: 'off', label: 'No times', about: 'Output only' },
  { mode: 'host', label: 'Clock', about: 'When each line was printed' },
  { mode: 'delta', label: 'Since the line before', about: 'Where it took its time' },
  { mode: 'power-on', label: 'Since the boot began', about: 'With power-on, or by itself' },
];

/** What stands left of each line, in every terminal of this window. */
export function TimesMenu() {
  const { history } = useLab();
  const times = useStore(history.store, (state) => state.times);
  return (
    <Menu
      position="bottom-end"
      width={250}
      shadow="md"
      transitionProps={{ duration: 80 }}
      middlewares={{ flip: true, shift: true, size: true }}
      withinPortal={false}
      withInitialFocusPlaceholder={false}
    >
      <Menu.Target>
        <MenuButton label="Times in the margin" pressed={times !== 'off'} testId="times-menu">
          <Clock size={16} strokeWidth={1.8} aria-hidden />
        </MenuButton>
      </Menu.Target>
      <Menu.Dropdown aria-label="Times in the margin" className={classes.dropdown ?? ''}>
        {choices.map(({ mode, label, about }) => (
          <Menu.Item
            key={mode}
            role="menuitemradio"
            aria-checked={mode === times}
            leftSection={
              <span className={classes.check}>{mode === times ? <Check size={15} aria-hidden /> : null}</span>
            }
            onClick={() => history.setTimes(mode)}
            data-testid={`times-${mode}`}
          >
            {label}
            <span className={classes.about}>{about}</span>
          </Menu.Item>
        ))}
      </Menu.Dropdown>
    </Menu>
  );
}
