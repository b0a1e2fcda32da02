import '../../../ui/widgets.css';
import { Menu } from '@mantine/core';
import { LocateFixed, Pencil, Sparkles } from 'lucide-react';
import type { Board, PowerReading } from '../../../../main/contract/index.ts';
import { useLab } from '../../../app/labContext.tsx';
import { LedMenuButton } from './LedMenuButton.tsx';
import { LedPatternView } from './LedPatternView.tsx';
import { ledStates, ledStateWord } from './ledWords.ts';

interface Props {
  readonly board: Board;
  readonly reading: PowerReading | undefined;
  readonly away: boolean;
}

/** Finds the board among many, says a state with its LEDs by hand, and leads to its language. */
export function LedMenu({ board, reading, away }: Props) {
  const { power, view } = useLab();
  const { boardId, ledLanguage } = board;
  const blocked = away || reading?.switchable !== true;
  const hasLeds = (reading?.outlet?.leds ?? 0) > 0;
  return (
    <Menu
      position="bottom-start"
      width={264}
      shadow="md"
      transitionProps={{ duration: 80 }}
      withinPortal={false}
      withInitialFocusPlaceholder={false}
    >
      <Menu.Target>
        <LedMenuButton state={reading?.ledState ?? null} />
      </Menu.Target>
      <Menu.Dropdown aria-label="LEDs">
        <Menu.Item
          leftSection={<LocateFixed size={16} aria-hidden />}
          disabled={blocked}
          onClick={() => void power.find(boardId)}
          data-testid="find-board"
        >
          Find this board
        </Menu.Item>
        {hasLeds ? (
          <>
            <Menu.Divider />
            <Menu.Label>Show by hand</Menu.Label>
            {ledStates.map((state) => (
              <Menu.Item
                key={state}
                disabled={blocked}
                leftSection={<LedPatternView pattern={ledLanguage.patterns[state]} />}
                onClick={() => void power.sayState(boardId, state)}
                data-testid={`say-${state}`}
              >
                {ledStateWord[state]}
              </Menu.Item>
            ))}
            <Menu.Item
              leftSection={<Sparkles size={16} aria-hidden />}
              disabled={blocked}
              onClick={() => void power.sayState(boardId, null)}
              data-testid="say-rules"
            >
              {ledLanguage.enabled ? 'Let the rules decide' : 'Nothing, as set by hand'}
            </Menu.Item>
            <Menu.Divider />
            <Menu.Item
              leftSection={<Pencil size={16} aria-hidden />}
              onClick={() => view.show({ kind: 'led-language', boardId })}
            >
              LED language…
            </Menu.Item>
          </>
        ) : null}
      </Menu.Dropdown>
    </Menu>
  );
}
