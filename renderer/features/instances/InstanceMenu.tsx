import { Menu } from '@mantine/core';
import { Archive, ArrowUpCircle, Copy, Ellipsis, Trash2 } from 'lucide-react';
import type { Instance } from '../../../main/contract/index.ts';
import { useConnectionPhase, useLab } from '../../app/labContext.tsx';
import { MenuButton } from '../history/MenuButton.tsx';
import { allowed } from './instanceWords.ts';

/** What one does to an instance now and then. */
export function InstanceMenu({ instance }: { instance: Instance }) {
  const { view, instances } = useLab();
  const away = useConnectionPhase() !== 'connected';
  const may = allowed(instance);
  const { name } = instance;
  return (
    <Menu position="bottom-end" width={200} withinPortal={false} withInitialFocusPlaceholder={false}>
      <Menu.Target>
        <MenuButton label="More" testId="instance-menu">
          <Ellipsis size={17} aria-hidden />
        </MenuButton>
      </Menu.Target>
      <Menu.Dropdown aria-label={`What to do with ${name}`}>
        <Menu.Item
          leftSection={<Archive size={16} aria-hidden />}
          disabled={away || !may.backup}
          onClick={() => void instances.act(instance, 'backup')}
        >
          Back up now
        </Menu.Item>
        <Menu.Item
          leftSection={<ArrowUpCircle size={16} aria-hidden />}
          disabled={away || !may.upgrade}
          onClick={() => view.show({ kind: 'upgrade-instance', name })}
        >
          Upgrade…
        </Menu.Item>
        <Menu.Item
          leftSection={<Copy size={16} aria-hidden />}
          disabled={away || !may.clone}
          onClick={() => view.show({ kind: 'clone-instance', name })}
        >
          Clone…
        </Menu.Item>
        <Menu.Divider />
        <Menu.Item
          leftSection={<Trash2 size={16} aria-hidden />}
          disabled={away || !may.remove}
          onClick={() => view.show({ kind: 'remove-instance', name })}
          data-testid="remove-instance"
        >
          Remove…
        </Menu.Item>
      </Menu.Dropdown>
    </Menu>
  );
}
