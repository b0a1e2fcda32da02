import '../../ui/widgets.css';
import { Menu } from '@mantine/core';
import { Zap } from 'lucide-react';
import type { ConsoleInfo } from '../../../main/contract/index.ts';
import { useConnectionPhase, useLab } from '../../app/labContext.tsx';
import { sysrqKeys } from './sysrqKeys.ts';

/** A break on the line, alone or as the prefix of a Magic SysRq key. */
export function BreakMenu({ info }: { info: ConsoleInfo }) {
  const { typing } = useLab();
  const away = useConnectionPhase() !== 'connected';
  const { consoleId, can, state } = info;
  const blocked = away || !can.sendBreak;
  return (
    <Menu
      position="bottom-end"
      width={290}
      shadow="md"
      transitionProps={{ duration: 80 }}
      withinPortal={false}
      withInitialFocusPlaceholder={false}
    >
      <Menu.Target>
        <button type="button" className="icon-button" aria-label="Break" data-tip="Break and Magic SysRq">
          <Zap size={16} strokeWidth={1.8} aria-hidden />
        </button>
      </Menu.Target>
      <Menu.Dropdown aria-label="Break and Magic SysRq" mah={420} style={{ overflowY: 'auto' }}>
        {blocked ? (
          <Menu.Label>
            {state === 'open' && !away ? 'This line can’t send a break' : 'The line is not open now'}
          </Menu.Label>
        ) : null}
        <Menu.Item
          disabled={blocked}
          onClick={() => void typing.sendBreak(consoleId)}
          data-testid="send-break"
        >
          Send a break
        </Menu.Item>
        {blocked ? null : (
          <>
            <Menu.Divider />
            <Menu.Label>Magic SysRq: a break, then the key</Menu.Label>
            {sysrqKeys.map(({ key, does }) => (
              <Menu.Item
                key={key}
                rightSection={<kbd>{key}</kbd>}
                onClick={() => void typing.sysrq(consoleId, key)}
              >
                {does}
              </Menu.Item>
            ))}
          </>
        )}
      </Menu.Dropdown>
    </Menu>
  );
}
