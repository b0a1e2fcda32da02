import '../../ui/widgets.css';
import { Modal } from '@mantine/core';
import { useState } from 'react';
import type { Board, Task } from '../../../main/contract/index.ts';
import { useBench, useLab } from '../../app/labContext.tsx';
import { shownName } from '../boards/groupBoards.ts';
import { isUnderWay } from '../tasks/taskWords.ts';
import { TruthTestAsk } from './TruthTestAsk.tsx';
import { TruthTestRun } from './TruthTestRun.tsx';
import { useTask } from './useTask.ts';

/** Off, watch, on, watch the boot: what it does, how far it is, what it found. Closing leaves it running. */
export function TruthTestDialog({ board }: { board: Board }) {
  const { view } = useLab();
  // One that runs already, asked for by another window or before this dialog was closed.
  const running = useBench(
    (state) =>
      state.tasks?.find(
        (task) => task.kind === 'power-test' && task.subject === board.boardId && isUnderWay(task),
      ) ?? null,
  );
  const [asked, setAsked] = useState<Task | null>(null);
  const task = useTask(asked ?? running);
  if (asked === null && running !== null) setAsked(running);
  return (
    <Modal
      opened
      onClose={() => view.show(null)}
      title={`Does the outlet of ${shownName(board)} cut the power?`}
      size={520}
      data-testid="truth-test"
    >
      {task === null ? (
        <TruthTestAsk board={board} onStart={setAsked} />
      ) : (
        <TruthTestRun board={board} task={task} onAgain={() => setAsked(null)} />
      )}
    </Modal>
  );
}
