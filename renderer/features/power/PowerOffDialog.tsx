import type { Board } from '../../../main/contract/index.ts';
import { shownName } from '../boards/groupBoards.ts';
import { PowerQuestion } from './PowerQuestion.tsx';
import type { PowerConsent } from './powerControl.ts';

interface Props {
  readonly board: Board;
  readonly action: 'off' | 'cycle';
  readonly consent: PowerConsent;
}

/** Where the settings want power-off confirmed. */
export function PowerOffDialog({ board, action, consent }: Props) {
  const cycles = action === 'cycle';
  return (
    <PowerQuestion
      kind="power-off"
      title={cycles ? `Power cycle ${shownName(board)}?` : `Switch ${shownName(board)} off?`}
      yes={cycles ? 'Power cycle' : 'Switch off'}
      board={board}
      action={action}
      consent={{ ...consent, confirmed: true }}
    >
      <p>Whatever it is doing now stops at once.</p>
    </PowerQuestion>
  );
}
