import { Switch } from '@mantine/core';
import { useStore } from 'zustand';
import type { Board } from '../../../../main/contract/index.ts';
import { useConnectionPhase, useLab } from '../../../app/labContext.tsx';
import { InlineField } from '../../../ui/InlineField.tsx';
import { ProblemLine } from '../../../ui/ProblemLine.tsx';
import inspectorClasses from '../../boards/Inspector.module.css';
import { InspectorSection } from '../../boards/InspectorSection.tsx';

/** What the LEDs are called, and whether they speak. */
export function LedsSection({ board }: { board: Board }) {
  const { view, boards, actions } = useLab();
  const away = useConnectionPhase() !== 'connected';
  const place = `led-language:${board.boardId}`;
  const problem = useStore(actions.store, (state) => state.problems[place] ?? null);
  const { boardId, ledLanguage } = board;
  return (
    <InspectorSection title="LEDs">
      <div className={inspectorClasses.leds}>
        {board.ledNames.map((name, index) => (
          <InlineField
            // biome-ignore lint/suspicious/noArrayIndexKey: the three places never move
            key={index}
            label={`LED ${index + 1}`}
            value={name}
            save={(text) => boards.update(boardId, { ledNames: renamedLed(board, index, text) })}
          />
        ))}
      </div>
      <Switch
        size="xs"
        label="They say how the board is"
        description={
          ledLanguage.enabled ? 'By rules: booting, failed, a job …' : 'Off: they are switched by hand alone'
        }
        checked={ledLanguage.enabled}
        disabled={away}
        onChange={(event) => {
          const enabled = event.currentTarget.checked;
          void actions.run(place, 'update', () =>
            boards.update(boardId, { ledLanguage: { ...ledLanguage, enabled } }),
          );
        }}
      />
      <ProblemLine problem={problem} onDismiss={() => actions.dismiss(place)} />
      <button
        type="button"
        className="button"
        onClick={() => view.show({ kind: 'led-language', boardId })}
        data-testid="edit-led-language"
      >
        LED language…
      </button>
    </InspectorSection>
  );
}

function renamedLed(board: Board, at: number, text: string): Board['ledNames'] {
  const [first, second, third] = board.ledNames.map((name, index) => (index === at ? text : name));
  return [first ?? '', second ?? '', third ?? ''];
}
