import { Suspense } from 'react';
import type { Board, ConsoleInfo } from '../../../main/contract/index.ts';
import { lazily } from '../../ui/lazily.ts';
import classes from './ConsoleBar.module.css';
import { MacroButtons } from './MacroButtons.tsx';

const ConsoleTools = lazily(() =>
  import('./ConsoleTools.tsx').then((module) => ({ default: module.ConsoleTools })),
);

/** Above a terminal: what one does to a console beside typing, and how one looks at it. */
export function ConsoleBar({ board, info }: { board: Board; info: ConsoleInfo }) {
  return (
    <div className={classes.bar} role="toolbar" aria-label="Console tools">
      <MacroButtons board={board} consoleName={info.name} />
      <Suspense>
        <ConsoleTools board={board} info={info} />
      </Suspense>
    </div>
  );
}
