import type { Board } from '../../../main/contract/index.ts';
import { useLab, useView } from '../../app/labContext.tsx';
import { ConfirmDialog } from '../../ui/ConfirmDialog.tsx';
import { sentence } from '../../ui/sentence.ts';
import { shownName } from '../boards/groupBoards.ts';
import type { PowerAction } from './powerControl.ts';

interface Props {
  readonly board: Board;
  readonly action: PowerAction;
  /** Who has the console and why, as the core said it. */
  readonly message: string;
}

const words: Readonly<Record<PowerAction, string>> = {
  on: 'switch on',
  off: 'switch off',
  cycle: 'power cycle',
};

/** Somebody else is at work on this board: power is switched under them only on purpose. */
export function PowerTakeOverDialog({ board, action, message }: Props) {
  const { view, power } = useLab();
  const offMs = useView((state) => state.offMs);
  return (
    <ConfirmDialog
      title={`Take ${shownName(board)} over and ${words[action]}?`}
      action={`Take over and ${words[action]}`}
      grave
      onClose={() => view.show(null)}
      run={async () => {
        // Not waited for: how it goes is shown at the switch.
        if (action === 'cycle') void power.cycle(board.boardId, offMs, { takeOver: true });
        else void power.set(board.boardId, action, { takeOver: true });
      }}
    >
      <p data-selectable>{sentence(message)}</p>
      <p>They lose the console and are told that it was you.</p>
    </ConfirmDialog>
  );
}
