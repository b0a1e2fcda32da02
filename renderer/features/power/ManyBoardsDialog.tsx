import '../../ui/widgets.css';
import { Button, Modal } from '@mantine/core';
import { useState } from 'react';
import type { Task } from '../../../main/contract/index.ts';
import { useLab } from '../../app/labContext.tsx';
import { TaskLog } from '../tasks/TaskLog.tsx';
import { isUnderWay } from '../tasks/taskWords.ts';
import { ManyBoardsAsk } from './ManyBoardsAsk.tsx';
import { CancelPowerTask, TaskProgress } from './TaskProgress.tsx';
import classes from './TruthTest.module.css';
import { useTask } from './useTask.ts';

const endWord: Readonly<Record<string, string>> = {
  succeeded: 'Done.',
  failed: 'Not all of them could be switched.',
  cancelled: 'Stopped. Boards that were switched stay so.',
};

/** Switches many boards, one after the other: which, how far it is, and which of them would not. */
export function ManyBoardsDialog({ state }: { state: 'on' | 'off' }) {
  const { view } = useLab();
  const [asked, setAsked] = useState<Task | null>(null);
  const task = useTask(asked);
  return (
    <Modal
      opened
      onClose={() => view.show(null)}
      title={state === 'on' ? 'Switch boards on' : 'Switch boards off'}
      size={480}
      data-testid="many-boards"
    >
      {task === null ? (
        <ManyBoardsAsk state={state} onStart={setAsked} />
      ) : (
        <div className={classes.body}>
          <p role="status">
            {isUnderWay(task)
              ? state === 'on'
                ? 'Switching on, one after the other…'
                : 'Switching off…'
              : endWord[task.state]}
          </p>
          <TaskProgress task={task} />
          <TaskLog task={task} label="Board by board" />
          <div className={classes.foot}>
            {isUnderWay(task) ? <CancelPowerTask task={task} /> : null}
            <Button variant={isUnderWay(task) ? 'default' : 'filled'} onClick={() => view.show(null)}>
              {isUnderWay(task) ? 'Close, let it run' : 'Done'}
            </Button>
          </div>
        </div>
      )}
    </Modal>
  );
}
