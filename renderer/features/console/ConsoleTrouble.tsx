import { useStore } from 'zustand';
import type { Board, ConsoleInfo } from '../../../main/contract/index.ts';
import { useLab } from '../../app/labContext.tsx';
import { ProblemLine } from '../../ui/ProblemLine.tsx';
import classes from './ConsoleTrouble.module.css';
import { consoleWord } from './consoleWords.ts';
import { useConsoles } from './useConsoles.ts';

const troubled: readonly ConsoleInfo['state'][] = ['unplugged', 'busy', 'denied', 'failed'];

/** A line that can't be opened says why, what to do, and lets it be tried again at once. */
export function ConsoleTrouble({ board }: { board: Board }) {
  const { connection, actions } = useLab();
  const { shown } = useConsoles(board);
  const place = `open:${shown?.consoleId}`;
  const pending = useStore(actions.store, (state) => place in state.pending);
  if (shown === undefined || !troubled.includes(shown.state)) return null;
  const open = () => {
    void actions.run(place, 'open', async () =>
      connection.client().consoles.open({ consoleId: shown.consoleId }),
    );
  };
  const message = shown.reason ?? consoleWord[shown.state];
  return (
    <div className={classes.trouble}>
      <ProblemLine problem={{ code: 'DEVICE_GONE', message, hint: shown.hint, field: null }}>
        <button type="button" className="button" onClick={open} aria-disabled={pending}>
          {pending ? 'Trying…' : 'Try again'}
        </button>
      </ProblemLine>
    </div>
  );
}
