import { Suspense } from 'react';
import { shownName } from '../features/boards/groupBoards.ts';
import { lazily } from '../ui/lazily.ts';
import { type ConsoleDialog, isConsoleDialog } from './consoleDialog.ts';
import { type InstanceDialog, isInstanceDialog } from './instanceDialog.ts';
import { useBench, useLab, useView } from './labContext.tsx';
import type { Dialog } from './view.ts';

const AddBoardDialog = lazily(() =>
  import('../features/boards/AddBoardDialog.tsx').then((module) => ({ default: module.AddBoardDialog })),
);
const ConnectionsDialog = lazily(() =>
  import('../features/boards/ConnectionsDialog.tsx').then((module) => ({
    default: module.ConnectionsDialog,
  })),
);

const ConfirmDialog = lazily(() =>
  import('../ui/ConfirmDialog.tsx').then((module) => ({ default: module.ConfirmDialog })),
);

const ConsoleDialogs = lazily(() =>
  import('./ConsoleDialogs.tsx').then((module) => ({ default: module.ConsoleDialogs })),
);

const InstanceDialogs = lazily(() =>
  import('./InstanceDialogs.tsx').then((module) => ({ default: module.InstanceDialogs })),
);

/** The one dialog that is open, if any. */
export function Dialogs() {
  const dialog = useView((state) => state.dialog);
  if (dialog === null) return null;
  return (
    <Suspense>
      {isConsoleDialog(dialog) ? (
        <ConsoleDialogs dialog={dialog} />
      ) : isInstanceDialog(dialog) ? (
        <InstanceDialogs dialog={dialog} />
      ) : dialog.kind === 'add-board' ? (
        <AddBoardDialog portId={dialog.portId} />
      ) : (
        <BoardDialog dialog={dialog} />
      )}
    </Suspense>
  );
}

function BoardDialog({
  dialog,
}: {
  dialog: Exclude<Dialog, ConsoleDialog | InstanceDialog | { kind: 'add-board' }>;
}) {
  const { view, boards, power } = useLab();
  const board = useBench((state) => state.boards?.find((each) => each.boardId === dialog.boardId));
  const offMs = useView((state) => state.offMs);
  const close = () => view.show(null);
  if (board === undefined) return null;
  const name = shownName(board);
  if (dialog.kind === 'connections') {
    return <ConnectionsDialog board={board} />;
  }
  if (dialog.kind === 'remove-board') {
    return (
      <ConfirmDialog
        title={`Remove ${name}?`}
        action="Remove board"
        grave
        onClose={close}
        run={async () => {
          await boards.remove(board.boardId);
          view.selectBoard(null);
        }}
      >
        <p>
          Labdeck forgets its name, notes and bindings. Its recordings stay on disk, and its power is left as
          it is.
        </p>
      </ConfirmDialog>
    );
  }
  const cycles = dialog.action === 'cycle';
  return (
    <ConfirmDialog
      title={cycles ? `Power cycle ${name}?` : `Switch ${name} off?`}
      action={cycles ? 'Power cycle' : 'Switch off'}
      onClose={close}
      run={async () => {
        // Not waited for: how it goes is shown at the switch, and the dialog is out of the way.
        if (cycles) void power.cycle(board.boardId, offMs, { confirmed: true });
        else void power.set(board.boardId, 'off', { confirmed: true });
      }}
    >
      <p>Whatever it is doing now stops at once.</p>
    </ConfirmDialog>
  );
}
