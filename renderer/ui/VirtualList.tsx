import { type ReactNode, type Ref, useEffect, useImperativeHandle, useRef, useState } from 'react';
import classes from './VirtualList.module.css';

export interface VirtualListHandle {
  /** Brings a row into view, if it is not. `center`: in the middle, wherever it was. */
  reveal(index: number, place?: 'nearest' | 'center' | 'start'): void;
  focus(): void;
}

interface Props {
  readonly count: number;
  readonly rowHeightPx: number;
  readonly row: (index: number) => ReactNode;
  readonly rowKey: (index: number) => string | number;
  readonly label: string;
  /** Rows are options (`role="option"`), one of them chosen: `activeId` is its id. */
  readonly choosable?: boolean;
  readonly activeId?: string | undefined;
  readonly onKeyDown?: (event: React.KeyboardEvent<HTMLDivElement>) => void;
  /** The first row in view, the last one, and whether the list is at its very end. */
  readonly onView?: (first: number, last: number, atEnd: boolean) => void;
  readonly handle?: Ref<VirtualListHandle>;
  readonly testId?: string;
}

/** Drawn beyond what is in view, so that a quick wheel shows no gap. */
const overscanRows = 12;

/** A list of any length whose rows are all equally high: only those in view are in the page. */
export function VirtualList(props: Props) {
  const { count, rowHeightPx, row, rowKey, label, choosable = false, onView, handle } = props;
  const scroller = useRef<HTMLDivElement>(null);
  const [view, setView] = useState({ first: 0, rows: 40 });

  useImperativeHandle(handle, () => ({
    reveal: (index, place = 'nearest') => {
      const element = scroller.current;
      if (element !== null) scrollTo(element, index * rowHeightPx, rowHeightPx, place);
    },
    focus: () => scroller.current?.focus(),
  }));

  useEffect(() => {
    const element = scroller.current;
    if (element === null) return;
    const look = () => {
      const first = Math.floor(element.scrollTop / rowHeightPx);
      const rows = Math.ceil(element.clientHeight / rowHeightPx) + 1;
      setView((before) => (before.first === first && before.rows === rows ? before : { first, rows }));
      onView?.(first, Math.min(count, first + rows) - 1, isAtEnd(element, rowHeightPx));
    };
    look();
    element.addEventListener('scroll', look, { passive: true });
    let atEnd = isAtEnd(element, rowHeightPx);
    const noteEnd = () => {
      atEnd = isAtEnd(element, rowHeightPx);
    };
    element.addEventListener('scroll', noteEnd, { passive: true });
    const resized = new ResizeObserver(() => {
      // Who reads the end goes on reading the end when something below takes room.
      if (atEnd) element.scrollTop = element.scrollHeight;
      look();
    });
    resized.observe(element);
    return () => {
      element.removeEventListener('scroll', look);
      element.removeEventListener('scroll', noteEnd);
      resized.disconnect();
    };
  }, [count, rowHeightPx, onView]);

  const from = Math.max(0, Math.min(view.first, count - view.rows) - overscanRows);
  const to = Math.min(count, from + view.rows + 2 * overscanRows);
  return (
    // biome-ignore lint/a11y/noStaticElementInteractions: it has a role of either kind
    // biome-ignore lint/a11y/useAriaPropsSupportedByRole: both roles are named
    <div
      ref={scroller}
      className={classes.scroller}
      // What scrolls has to be reached by keyboard.
      tabIndex={0}
      role={choosable ? 'listbox' : 'group'}
      aria-label={label}
      aria-activedescendant={props.activeId}
      onKeyDown={props.onKeyDown}
      data-testid={props.testId}
    >
      <div className={classes.all} style={{ height: count * rowHeightPx }} role="presentation">
        <ul
          className={classes.shown}
          style={{ transform: `translateY(${from * rowHeightPx}px)` }}
          role={choosable ? 'presentation' : undefined}
        >
          {Array.from({ length: to - from }, (_, at) => (
            <li
              key={rowKey(from + at)}
              style={{ height: rowHeightPx }}
              role={choosable ? 'presentation' : undefined}
            >
              {row(from + at)}
            </li>
          ))}
        </ul>
      </div>
    </div>
  );
}

function isAtEnd(element: HTMLElement, rowHeightPx: number): boolean {
  return element.scrollTop + element.clientHeight >= element.scrollHeight - rowHeightPx;
}

function scrollTo(
  element: HTMLElement,
  topPx: number,
  rowHeightPx: number,
  place: 'nearest' | 'center' | 'start',
): void {
  const height = element.clientHeight;
  if (place === 'center') element.scrollTop = topPx - (height - rowHeightPx) / 2;
  else if (place === 'start' || topPx < element.scrollTop) element.scrollTop = topPx;
  else if (topPx + rowHeightPx > element.scrollTop + height) element.scrollTop = topPx + rowHeightPx - height;
}
