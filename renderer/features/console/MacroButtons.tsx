import { Suspense, useLayoutEffect, useRef, useState } from 'react';
import { useStore } from 'zustand';
import type { Board, Macro } from '../../../main/contract/index.ts';
import { useConnectionPhase, useLab } from '../../app/labContext.tsx';
import { lazily } from '../../ui/lazily.ts';
import classes from './ConsoleBar.module.css';
import { fittingCount } from './fittingCount.ts';
import { runOrAsk } from './runMacro.ts';
import { typingPlace } from './typingControl.ts';

const MacroMenu = lazily(() => import('./MacroMenu.tsx').then((module) => ({ default: module.MacroMenu })));

const menuWidthPx = 86;

/** A button per macro of this console, as many as fit; the rest in a menu. */
export function MacroButtons({ board, consoleName }: { board: Board; consoleName: string }) {
  const lab = useLab();
  const holder = useRef<HTMLDivElement>(null);
  const [widthPx, setWidthPx] = useState(0);
  const away = useConnectionPhase() !== 'connected';
  const place = typingPlace(`${board.boardId}.${consoleName}`);
  const pending = useStore(lab.actions.store, (state) => place in state.pending);
  useLayoutEffect(() => {
    if (holder.current === null) return;
    const observer = new ResizeObserver(([entry]) => setWidthPx(entry?.contentRect.width ?? 0));
    observer.observe(holder.current);
    return () => observer.disconnect();
  }, []);
  const macros = board.macros.filter((macro) => macro.console === consoleName);
  const count = fittingCount(
    macros.map((macro) => macro.name),
    widthPx,
    menuWidthPx,
  );
  const run = (macro: Macro) => {
    if (!away && !pending) runOrAsk(lab, board, macro);
  };
  return (
    <div ref={holder} className={classes.macros}>
      {macros.slice(0, count).map((macro) => (
        <button
          key={macro.name}
          type="button"
          className={`button ${classes.macro}`}
          title={macro.text}
          aria-disabled={away || pending}
          data-testid={`macro-${macro.name}`}
          onClick={() => run(macro)}
        >
          {macro.name}
        </button>
      ))}
      <Suspense>
        {count < macros.length ? (
          <MacroMenu macros={macros.slice(count)} all={count === 0} run={run} />
        ) : null}
      </Suspense>
    </div>
  );
}
