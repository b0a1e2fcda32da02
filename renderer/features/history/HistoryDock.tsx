import { X } from 'lucide-react';
import { type KeyboardEvent, type PointerEvent, useState } from 'react';
import { useStore } from 'zustand';
import type { ConsoleInfo } from '../../../main/contract/index.ts';
import { keys } from '../../app/commands/keys.ts';
import { useLab } from '../../app/labContext.tsx';
import { IconButton } from '../../ui/IconButton.tsx';
import { BootsTab } from './BootsTab.tsx';
import classes from './HistoryDock.module.css';
import { type HistoryTab, narrowestDockPx, widestDockPx } from './historyControl.ts';
import { MarksTab } from './MarksTab.tsx';
import { SearchTab } from './SearchTab.tsx';

const tabs: readonly { readonly id: HistoryTab; readonly label: string }[] = [
  { id: 'boots', label: 'Boots' },
  { id: 'search', label: 'Search' },
  { id: 'marks', label: 'Marks' },
];

/** What a console printed before, beside what it prints now. */
export function HistoryDock({ info, covered }: { info: ConsoleInfo; covered: boolean }) {
  const { history } = useLab();
  const tab = useStore(history.store, (state) => state.tab);
  const widthPx = useStore(history.store, (state) => state.dockWidthPx);
  // What was found stays while one looks at a boot.
  const [searched, setSearched] = useState(false);
  if (tab === 'search' && !searched) setSearched(true);
  return (
    <aside
      className={classes.dock}
      style={{ width: widthPx }}
      aria-label="History"
      inert={covered}
      data-testid="history"
    >
      <Sash widthPx={widthPx} onResize={(next) => history.setDockWidth(next)} />
      <header className={classes.head}>
        <Tabs tab={tab} choose={(next) => history.show(next)} />
        <IconButton
          label="Close the history"
          shortcut={keys['history.toggle']}
          onClick={() => history.toggleDock()}
        >
          <X size={16} aria-hidden />
        </IconButton>
      </header>
      <div className={classes.body} role="tabpanel" id="history-panel" aria-labelledby={`history-${tab}`}>
        {tab === 'boots' ? <BootsTab key={info.consoleId} consoleId={info.consoleId} /> : null}
        {searched ? (
          <SearchTab key={info.consoleId} consoleId={info.consoleId} shown={tab === 'search'} />
        ) : null}
        {tab === 'marks' ? <MarksTab key={info.consoleId} info={info} /> : null}
      </div>
    </aside>
  );
}

function Tabs({ tab, choose }: { tab: HistoryTab; choose: (tab: HistoryTab) => void }) {
  const onArrow = (event: KeyboardEvent<HTMLDivElement>) => {
    const step = event.key === 'ArrowRight' ? 1 : event.key === 'ArrowLeft' ? -1 : 0;
    const at = tabs.findIndex((each) => each.id === tab);
    const next = step === 0 ? undefined : tabs[(at + step + tabs.length) % tabs.length];
    if (next === undefined) return;
    choose(next.id);
    document.getElementById(`history-${next.id}`)?.focus();
  };
  return (
    <div className={classes.tabs} role="tablist" aria-label="History" onKeyDown={onArrow}>
      {tabs.map(({ id, label }) => (
        <button
          key={id}
          type="button"
          role="tab"
          id={`history-${id}`}
          aria-selected={id === tab}
          aria-controls="history-panel"
          tabIndex={id === tab ? 0 : -1}
          className={classes.tab}
          onClick={() => choose(id)}
        >
          {label}
        </button>
      ))}
    </div>
  );
}

const keyStepPx = 16;

/** The edge between terminal and dock, to be dragged or moved with the arrow keys. */
function Sash({ widthPx, onResize }: { widthPx: number; onResize: (widthPx: number) => void }) {
  const [grip, setGrip] = useState<{ x: number; widthPx: number } | null>(null);
  const onPointerDown = (event: PointerEvent<HTMLDivElement>) => {
    event.currentTarget.setPointerCapture(event.pointerId);
    setGrip({ x: event.clientX, widthPx });
  };
  const onKey = (event: KeyboardEvent) => {
    const step = event.key === 'ArrowLeft' ? keyStepPx : event.key === 'ArrowRight' ? -keyStepPx : 0;
    if (step === 0) return;
    event.preventDefault();
    onResize(widthPx + step);
  };
  return (
    // biome-ignore lint/a11y/useSemanticElements: a rule between two panes that can be moved is a separator
    <div
      className={classes.sash}
      role="separator"
      tabIndex={0}
      aria-label="Width of the history"
      aria-orientation="vertical"
      aria-valuenow={widthPx}
      aria-valuemin={narrowestDockPx}
      aria-valuemax={widestDockPx}
      onPointerDown={onPointerDown}
      onPointerMove={(event) => {
        if (grip !== null) onResize(grip.widthPx + grip.x - event.clientX);
      }}
      onPointerUp={() => setGrip(null)}
      onPointerCancel={() => setGrip(null)}
      onKeyDown={onKey}
    />
  );
}
