import { Button } from '@mantine/core';
import type { Board, PowerReading, Task } from '../../../main/contract/index.ts';
import { useBench, useLab } from '../../app/labContext.tsx';
import { sentence } from '../../ui/sentence.ts';
import { isUnderWay } from '../tasks/taskWords.ts';
import { CancelPowerTask, TaskProgress } from './TaskProgress.tsx';
import classes from './TruthTest.module.css';
import { VerdictDetails } from './VerdictDetails.tsx';
import { Witnesses } from './Witnesses.tsx';

interface Props {
  readonly board: Board;
  readonly task: Task;
  readonly onAgain: () => void;
}

/** The test as it goes, with what is seen meanwhile; then its verdict. */
export function TruthTestRun({ board, task, onAgain }: Props) {
  const { view } = useLab();
  const reading = useBench((state) => state.power[board.boardId]);
  const underWay = isUnderWay(task);
  return (
    <div className={classes.body}>
      <div role="status" className={classes.status}>
        {underWay ? 'Testing. Don’t touch the board.' : <Outcome task={task} reading={reading} />}
      </div>
      {task.state === 'succeeded' ? null : <TaskProgress task={task} />}
      {underWay && reading !== undefined && reading.witnesses.length > 0 ? (
        <section aria-label="Seen since the last command" className={classes.live}>
          <Witnesses seen={reading.witnesses.slice(0, 4)} />
        </section>
      ) : null}
      <div className={classes.foot}>
        {underWay ? <CancelPowerTask task={task} /> : null}
        {underWay ? null : (
          <Button variant="default" onClick={onAgain} data-testid="test-again">
            Test again
          </Button>
        )}
        <Button
          variant={underWay ? 'default' : 'filled'}
          onClick={() => view.show(null)}
          data-testid="close-truth-test"
        >
          {underWay ? 'Close, let it run' : 'Done'}
        </Button>
      </div>
    </div>
  );
}

function Outcome({ task, reading }: { task: Task; reading: PowerReading | undefined }) {
  const verdict = reading?.verdict ?? null;
  if (task.state === 'succeeded' && verdict !== null && verdict.atMs >= task.startedAtMs)
    return <VerdictDetails verdict={verdict} open />;
  // The verdict comes with the reading, which may be a moment behind the task.
  if (task.state === 'succeeded') return <p>Reading the verdict…</p>;
  const now = reading === undefined ? '' : ` ${sentence(reading.evidence.text)}`;
  return (
    <p>
      {task.state === 'cancelled' ? 'The test was stopped: there is no new verdict.' : 'The test failed.'}
      {now}
    </p>
  );
}
