import type { Board } from '../../../main/contract/index.ts';
import { shownName } from '../boards/groupBoards.ts';
import { AlsoCuts } from './AlsoCuts.tsx';
import type { Consequences } from './consequences.ts';
import { PowerQuestion } from './PowerQuestion.tsx';
import type { PowerAction, PowerConsent } from './powerControl.ts';

interface Props {
  readonly board: Board;
  readonly action: PowerAction;
  readonly consequences: Consequences;
  readonly consent: PowerConsent;
}

/** Others would lose their power with this board: they are named before it happens. */
export function ConsequencesDialog({ board, action, consequences, consent }: Props) {
  const cycles = action === 'cycle';
  return (
    <PowerQuestion
      kind="power-consequences"
      title={
        cycles
          ? `Power cycle ${shownName(board)} and what hangs on it?`
          : `Switch ${shownName(board)} off and what hangs on it?`
      }
      yes={cycles ? 'Power cycle anyway' : 'Switch off anyway'}
      grave
      board={board}
      action={action}
      consent={{ ...consent, force: true }}
    >
      <AlsoCuts consequences={consequences} />
    </PowerQuestion>
  );
}
