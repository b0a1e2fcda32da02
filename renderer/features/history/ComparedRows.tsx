import { ArrowDown, ArrowUp } from 'lucide-react';
import { type KeyboardEvent, useCallback, useEffect, useMemo, useRef, useState } from 'react';
import type { BootComparison, ComparedRow } from '../../../main/contract/index.ts';
import { useLab } from '../../app/labContext.tsx';
import { countOf } from '../../lib/format/format.ts';
import { IconButton } from '../../ui/IconButton.tsx';
import { VirtualList, type VirtualListHandle } from '../../ui/VirtualList.tsx';
import { ComparedLines } from './ComparedLines.tsx';
import classes from './CompareView.module.css';
import { changeStarts, foldRows } from './foldRows.ts';

const rowHeightPx = 21;

/** The rows of a comparison, with what is the same folded, and a way from change to change. */
export function ComparedRows({ comparison }: { comparison: BootComparison }) {
  const { rows } = comparison;
  const [unfolded, setUnfolded] = useState<ReadonlySet<number>>(new Set());
  const shown = useMemo(() => foldRows(rows, unfolded), [rows, unfolded]);
  const stops = useMemo(() => changeStarts(rows, shown), [rows, shown]);
  const [stop, setStop] = useState(0);
  const list = useRef<VirtualListHandle>(null);

  const go = useCallback(
    (to: number) => {
      const at = stops[to];
      if (at === undefined) return;
      setStop(to);
      list.current?.reveal(at, 'center');
    },
    [stops],
  );
  useEffect(() => {
    list.current?.focus();
  }, []);
  // biome-ignore lint/correctness/useExhaustiveDependencies: once, for each comparison
  useEffect(() => go(0), [rows]);

  const onKey = (event: KeyboardEvent) => {
    const step = stepOf(event);
    if (step === 0) return;
    event.preventDefault();
    go(Math.min(stops.length - 1, Math.max(0, stop + step)));
  };
  const current = shown[stops[stop] ?? -1];
  const row = current?.kind === 'row' ? rows[current.index] : undefined;
  return (
    <>
      <VirtualList
        label="Both boots, line by line"
        count={shown.length}
        rowHeightPx={rowHeightPx}
        rowKey={(index) => keyOf(shown[index])}
        handle={list}
        onKeyDown={onKey}
        testId="compared-rows"
        row={(index) => {
          const item = shown[index];
          if (item === undefined) return null;
          if (item.kind === 'fold')
            return (
              <button
                type="button"
                className={classes.fold}
                onClick={() => setUnfolded((before) => new Set(before).add(item.from))}
              >
                {countOf(item.count, 'same line')}
              </button>
            );
          const compared = rows[item.index];
          return compared === undefined ? null : (
            <ComparedLines row={compared} current={index === stops[stop]} />
          );
        }}
      />
      <footer className={classes.foot}>
        <IconButton label="Previous change" shortcut="P" onClick={() => go(Math.max(0, stop - 1))}>
          <ArrowUp size={15} aria-hidden />
        </IconButton>
        <IconButton label="Next change" shortcut="N" onClick={() => go(Math.min(stops.length - 1, stop + 1))}>
          <ArrowDown size={15} aria-hidden />
        </IconButton>
        <span className="tabular" role="status" data-testid="change-place">
          Change {stop + 1} of {stops.length}
        </span>
        {row === undefined ? null : <WholeLines comparison={comparison} row={row} />}
      </footer>
    </>
  );
}

/** The lines in question uncut, and the way to where they were printed. */
function WholeLines({ comparison, row }: { comparison: BootComparison; row: ComparedRow }) {
  const { history } = useLab();
  const go = (side: 'left' | 'right') => {
    const line = row[side];
    if (line === null) return;
    const boot = comparison[side];
    history.jump(comparison.consoleId, {
      offset: line.offset,
      bytes: 0,
      atMs: boot.startedAtMs + line.sincePowerOnMs,
    });
  };
  return (
    <div className={classes.whole}>
      {(['left', 'right'] as const).map((side) => {
        const line = row[side];
        return line === null ? null : (
          <button
            key={side}
            type="button"
            className={classes.wholeLine}
            title={`Go to this line of boot ${comparison[side].bootId}`}
            onClick={() => go(side)}
          >
            <span className={classes.wholeBoot}>#{comparison[side].bootId}</span>
            <code>{line.text}</code>
          </button>
        );
      })}
    </div>
  );
}

function stepOf({ key, shiftKey, ctrlKey }: KeyboardEvent): number {
  if (ctrlKey) return 0;
  if (key === 'n' || (key === 'F7' && !shiftKey)) return 1;
  if (key === 'p' || (key === 'F7' && shiftKey)) return -1;
  return 0;
}

function keyOf(item: ReturnType<typeof foldRows>[number] | undefined): string {
  if (item === undefined) return '';
  return item.kind === 'row' ? `${item.index}` : `fold ${item.from}`;
}
