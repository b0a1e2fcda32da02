import { EditMacroDialog } from '../features/console/EditMacroDialog.tsx';
import { PasteDialog } from '../features/console/PasteDialog.tsx';
import { RunMacroDialog } from '../features/console/RunMacroDialog.tsx';
import { SendFileDialog } from '../features/console/SendFileDialog.tsx';
import { TakeOverDialog } from '../features/console/TakeOverDialog.tsx';
import { MarkDialog } from '../features/history/MarkDialog.tsx';
import { EditRuleDialog } from '../features/rules/EditRuleDialog.tsx';
import { SaveWallDialog } from '../features/wall/SaveWallDialog.tsx';
import type { ConsoleDialog } from './consoleDialog.ts';
import { useBench } from './labContext.tsx';

/** Loaded with the first of them; none when what it asks about is gone. */
export function ConsoleDialogs({ dialog }: { dialog: ConsoleDialog }) {
  switch (dialog.kind) {
    case 'paste':
      return <PasteDialog consoleIds={dialog.consoleIds} text={dialog.text} />;
    case 'send-file':
      return <SendFileDialog consoleId={dialog.consoleId} file={dialog.file} />;
    case 'take-over':
      return <TakeOverDialog consoleId={dialog.consoleId} />;
    case 'mark':
      return <MarkDialog consoleId={dialog.consoleId} />;
    case 'save-wall':
      return <SaveWallDialog rename={dialog.rename} />;
    default:
      return <BoardQuestion dialog={dialog} />;
  }
}

type BoardQuestionKind = 'run-macro' | 'edit-macro' | 'edit-rule';

function BoardQuestion({ dialog }: { dialog: Extract<ConsoleDialog, { kind: BoardQuestionKind }> }) {
  const board = useBench((state) => state.boards?.find((each) => each.boardId === dialog.boardId));
  if (board === undefined) return null;
  switch (dialog.kind) {
    case 'run-macro':
      return <RunMacroDialog board={board} name={dialog.macro} />;
    case 'edit-macro':
      return <EditMacroDialog board={board} name={dialog.macro} />;
    case 'edit-rule':
      return <EditRuleDialog board={board} name={dialog.rule} />;
  }
}
