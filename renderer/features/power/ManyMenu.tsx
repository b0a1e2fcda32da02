import '../../ui/widgets.css';
import { Menu } from '@mantine/core';
import { Power, PowerOff } from 'lucide-react';
import { useConnectionPhase, useLab } from '../../app/labContext.tsx';
import { ManyButton } from './ManyButton.tsx';

/** All on, all off: the dialog behind each lets one choose. */
export function ManyMenu() {
  const { view } = useLab();
  const away = useConnectionPhase() !== 'connected';
  return (
    <Menu
      position="bottom-start"
      width={200}
      shadow="md"
      transitionProps={{ duration: 80 }}
      withinPortal={false}
      withInitialFocusPlaceholder={false}
    >
      <Menu.Target>
        <ManyButton />
      </Menu.Target>
      <Menu.Dropdown aria-label="Power of many boards">
        <Menu.Item
          leftSection={<Power size={16} aria-hidden />}
          disabled={away}
          onClick={() => view.show({ kind: 'power-many', state: 'on' })}
          data-testid="all-on"
        >
          All on…
        </Menu.Item>
        <Menu.Item
          leftSection={<PowerOff size={16} aria-hidden />}
          disabled={away}
          onClick={() => view.show({ kind: 'power-many', state: 'off' })}
          data-testid="all-off"
        >
          All off…
        </Menu.Item>
      </Menu.Dropdown>
    </Menu>
  );
}
