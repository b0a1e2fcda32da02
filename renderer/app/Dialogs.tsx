import { Suspense } from 'react';
import { shownName } from '../features/boards/groupBoards.ts';
import { lazily } from '../ui/lazily.ts';
import { type ConsoleDialog, isConsoleDialog } from './consoleDialog.ts';
import { type InstanceDialog, isInstanceDialog } from './instanceDialog.ts';
import { useBench, useLab, useView } from './labContext.tsx';
import { isPowerDialog, type PowerDialog } from './powerDialog.ts';
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

const PowerDialogs = lazily(() =>
  import('./PowerDialogs.tsx').then((module) => ({ default: module.PowerDialogs })),
);

const FixDialog = lazily(() =>
  import('../features/doctor/FixDialog.tsx').then((module) => ({ default: module.FixDialog })),
);

const TeachDialog = lazily(() =>
  import('../features/teach/TeachDialog.tsx').then((module) => ({ default: module.TeachDialog })),
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
      ) : isPowerDialog(dialog) ? (
        <PowerDialogs dialog={dialog} />
      ) : dialog.kind === 'doctor-fix' ? (
        <FixDialog fix={dialog.fix} />
      ) : dialog.kind === 'add-board' ? (
        <AddBoardDialog portId={dialog.portId} />
      ) : dialog.kind === 'teach' ? (
        <TeachDialog />
      ) : (
        <BoardDialog dialog={dialog} />
      )}
    </Suspense>
  );
}

function BoardDialog({
  dialog,
}: {
  dialog: Exclude<
    Dialog,
    ConsoleDialog | InstanceDialog | PowerDialog | { kind: 'add-board' | 'doctor-fix' | 'teach' }
  >;
}) {
  const { view, boards } = useLab();
  const board = useBench((state) => state.boards?.find((each) => each.boardId === dialog.boardId));
  const close = () => view.show(null);
  if (board === undefined) return null;
  const name = shownName(board);
  if (dialog.kind === 'connections') {
    return <ConnectionsDialog board={board} />;
  }
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
        Labdeck forgets its name, notes and bindings. Its recordings stay on disk, and its power is left as it
        is.
      </p>
    </ConfirmDialog>
  );
}
