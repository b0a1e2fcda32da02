import type { VirtualKind } from '../../../main/contract/index.ts';
import type { View } from '../../app/view.ts';
import type { BoardEditor } from './boardEditor.ts';

export const addPlace = 'add';

export async function addVirtualAndSelect(
  lab: { readonly boards: BoardEditor; readonly view: View },
  kind: VirtualKind,
): Promise<void> {
  const board = await lab.boards.addVirtual(kind);
  lab.view.selectBoard(board.boardId);
}
