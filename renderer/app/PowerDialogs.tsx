import { EnergyDialog } from '../features/energy/EnergyDialog.tsx';
import { ConsequencesDialog } from '../features/power/ConsequencesDialog.tsx';
import { LedLanguageDialog } from '../features/power/leds/LedLanguageDialog.tsx';
import { ManyBoardsDialog } from '../features/power/ManyBoardsDialog.tsx';
import { PolicyDialog } from '../features/power/PolicyDialog.tsx';
import { PowerOffDialog } from '../features/power/PowerOffDialog.tsx';
import { PowerTakeOverDialog } from '../features/power/PowerTakeOverDialog.tsx';
import { TruthTestDialog } from '../features/power/TruthTestDialog.tsx';
import { useBench } from './labContext.tsx';
import type { PowerDialog } from './powerDialog.ts';

/** Loaded with the first of them; none when the board it asks about is gone. */
export function PowerDialogs({ dialog }: { dialog: PowerDialog }) {
  return dialog.kind === 'power-many' ? (
    <ManyBoardsDialog state={dialog.state} />
  ) : (
    <BoardPowerDialog dialog={dialog} />
  );
}

function BoardPowerDialog({ dialog }: { dialog: Exclude<PowerDialog, { kind: 'power-many' }> }) {
  const board = useBench((state) => state.boards?.find((each) => each.boardId === dialog.boardId));
  if (board === undefined) return null;
  switch (dialog.kind) {
    case 'power-off':
      return <PowerOffDialog board={board} action={dialog.action} consent={dialog.consent} />;
    case 'power-take-over':
      return (
        <PowerTakeOverDialog
          board={board}
          action={dialog.action}
          message={dialog.message}
          consent={dialog.consent}
        />
      );
    case 'power-consequences':
      return (
        <ConsequencesDialog
          board={board}
          action={dialog.action}
          consequences={dialog.consequences}
          consent={dialog.consent}
        />
      );
    case 'power-test':
      return <TruthTestDialog board={board} />;
    case 'power-policy':
      return <PolicyDialog board={board} />;
    case 'led-language':
      return <LedLanguageDialog board={board} />;
    case 'energy':
      return <EnergyDialog board={board} />;
  }
}
