import type { Board } from '../../../main/contract/index.ts';
import { sentence } from '../../ui/sentence.ts';
import { shownName } from '../boards/groupBoards.ts';
import { actionWord, PowerQuestion } from './PowerQuestion.tsx';
import type { PowerAction, PowerConsent } from './powerControl.ts';

interface Props {
  readonly board: Board;
  readonly action: PowerAction;
  /** Who has the console and why, as the core said it. */
  readonly message: string;
  readonly consent: PowerConsent;
}

/** Somebody else is at work on this board: power is switched under them only on purpose. */
export function PowerTakeOverDialog({ board, action, message, consent }: Props) {
  return (
    <PowerQuestion
      kind="power-take-over"
      title={`Take ${shownName(board)} over and ${actionWord[action]}?`}
      yes={`Take over and ${actionWord[action]}`}
      grave
      board={board}
      action={action}
      consent={{ ...consent, takeOver: true }}
    >
      <p data-selectable>{sentence(message)}</p>
      <p>They lose the console and are told that it was you.</p>
    </PowerQuestion>
  );
}
